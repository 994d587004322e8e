"""The face detectors on offer, each in a module of its own that calls its class ``OFFER``.

The class is a settings record with the method of :class:`~mffcnn_core.faces.FaceDetector`, or
one that follows a face by itself, see :class:`~mffcnn_core.faces.FaceTracker`.
"""
