"""GrooveSheet's networks, from drum one-shots, MIDI and free music to ONNX; see README.md."""
