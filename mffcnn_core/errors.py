"""The errors of the library: one root, one class per kind of cause.

A message has the form ``<what>: expected <rule>, got <value>. <what to do>.``
Lower floors raise the fact; the pipeline adds the video once, with ``from error``.
"""


class MffcnnError(Exception):
    """Root of every error that the library raises on purpose."""


class ParameterError(MffcnnError, ValueError):
    """An argument or a setting has a value outside its stated range."""


class ManifestError(MffcnnError):
    """A manifest or an index is malformed; the message lists every problem found."""


class DownloadError(MffcnnError):
    """A file cannot be had, is not the promised one, or is an archive that is unsafe."""


class VideoError(MffcnnError):
    """A video file is missing, empty, broken or not decodable."""


class NoFaceError(MffcnnError):
    """No face was found where the method needs one."""


class DetectorError(MffcnnError):
    """A face detector lacks its model or program, or its output is faulty."""


class PreparationError(MffcnnError):
    """A prepared file is missing, or made with other settings than asked for."""


class WeightsError(MffcnnError):
    """Weights made elsewhere cannot be had, or belong to another network."""


class RecordError(MffcnnError):
    """A results record is missing, incomplete, or does not belong to its settings."""


class LeakageError(MffcnnError):
    """A split would put one person on both sides, or a fit would see test data."""


class NotebookError(MffcnnError):
    """A notebook cannot be run as asked, or failed while it ran."""


class BuildError(MffcnnError):
    """A step of the book failed, the site has warnings, or another run is at work."""


class ExperimentError(MffcnnError):
    """Some folds of an experiment failed; those that did not are kept."""


class LabError(MffcnnError):
    """A lab, a course folder or a submission is not as the marking needs it."""


class InputError(MffcnnError):
    """A file from outside is damaged, of another kind, or beyond the stated limits."""
