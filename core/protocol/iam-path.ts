/** The first of all paths that the function of AWS IAM answers. */
export const IAM_PATH = '/iam'

/** Where AWS IAM's clients call: they join their own path to it, with or without a slash. */
export const isIamPath = (path: string): boolean => path === IAM_PATH || path === `${IAM_PATH}/`
