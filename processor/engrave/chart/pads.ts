/** The pads of a four-lane drum kit with cymbals, as Rock Band 3 has it. */
export type Pad = "kick" | "red" | "yellowTom" | "blueTom" | "greenTom" | "yellowCymbal" | "blueCymbal" | "greenCymbal";
