"""Free music out of Debian's packages: collected, cut into excerpts, and tracker modules taken apart."""
