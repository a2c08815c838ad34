// npm run setup:separation: installs the optional package that takes the drums out of a mix.
import { checkNode, ensureSeparation } from "./install.mjs";

checkNode();
ensureSeparation();
