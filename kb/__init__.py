"""The core of Fixpoint: symptoms in, ranked solutions out."""
