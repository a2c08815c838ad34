// npm run setup:separation: installs the optional package that takes the drums out of a mix.
import { checkNode, ensurePackages, ensureSeparation } from "./install.mjs";

checkNode();
ensurePackages({ dev: false });
ensureSeparation();
