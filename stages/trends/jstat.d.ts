/** The part of jstat that is used; the package has no types of its own. */
declare module 'jstat' {
  interface JStat {
    readonly studentt: {
      /** The quantile of Student's t at probability p. */
      inv(p: number, degreesOfFreedom: number): number;
    };
  }
  const jstat: JStat;
  export default jstat;
}
