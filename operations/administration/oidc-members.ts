import { type IssuerData, issuerId, JWS_ALGORITHMS } from '../../core/identity/issuer.ts'
import { list, map, oneOf, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'

/** An OpenID Connect issuer, as it is answered. */
export const issuerMembers = struct({
  IssuerId: string(),
  Issuer: string(),
  Audiences: list(string()),
  JwksUri: optional(string()),
  Algorithms: list(oneOf(JWS_ALGORITHMS)),
  SubjectClaim: string(),
  RoleArn: optional(string()),
  RoleClaim: optional(string()),
  TagClaims: map(),
  CreationDate: timestamp,
})

export const shownIssuer = (data: IssuerData) => ({
  IssuerId: issuerId(data.url),
  Issuer: data.url,
  Audiences: [...data.audiences],
  JwksUri: data.jwksUri,
  Algorithms: [...data.algorithms],
  SubjectClaim: data.subjectClaim,
  RoleArn: data.roleArn,
  RoleClaim: data.roleClaim,
  TagClaims: data.tagClaims,
  CreationDate: data.created,
})
