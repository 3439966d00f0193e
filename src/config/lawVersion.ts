/**
 * Names sections 2 and 5 of the design with their constants. Within a version no release changes a bit;
 * it travels with every row, store, checksum file and resume key.
 */
export const lawVersion = 1;
