/**
 * What is used of the package, which need not be installed (a machine without a compiler): these declarations hold
 * in place of its own, so that types can be checked there too.
 */
declare module 'pkcs11js' {
  const binding: { readonly PKCS11: new () => import('./pkcs11.ts').Pkcs11 }
  export default binding
}
