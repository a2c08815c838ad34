"""The listener: network, training, and hits from its activations."""
