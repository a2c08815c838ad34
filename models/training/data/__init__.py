"""What is learnt from: labelled clips, from sounds, drum parts and backings."""
