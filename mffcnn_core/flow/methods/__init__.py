"""The flow methods on offer, each in a module of its own.

A method is a function of its options, as keyword arguments, that returns a solver; a solver
maps two grey images to the flow from the first to the second.  Its module calls it ``OFFER``.
"""
