// npm run setup:separation: installs the optional package that separates the drums from a mix.
import { checkNode, ensureSeparation } from "./install.mjs";

checkNode();
ensureSeparation();
