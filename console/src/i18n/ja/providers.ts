import type { providers as en } from '../en/providers.ts'

export const providers: Readonly<Record<keyof typeof en, string>> = {
  provider: 'プロバイダー',
  'provider.audience': '対象者',
  'provider.audience.add': '対象者の追加',
  'provider.audience.description': 'プロバイダーがトークンを発行するクライアント ID。',
  'provider.audience.remove': '対象者の削除: {audience}',
  'provider.audience.remove.description': 'この対象者のトークンは以後拒否されます。',
  'provider.audiences': '対象者',
  'provider.audiences.none': '対象者はありません',
  'provider.create': 'プロバイダーの追加',
  'provider.created': 'プロバイダー {provider} を追加しました。',
  'provider.delete.description':
    'このプロバイダーのトークンは直ちに拒否され、作成済みのセッションも終了します。',
  'provider.deleted': 'プロバイダー {provider} を削除しました。',
  'provider.not-shown': 'プロバイダーを表示できませんでした',
  'provider.thumbprints': 'サムプリント',
  'provider.thumbprints.description':
    'AWS IAM のクライアントのために保持されます。証明書は公的に信頼された認証局で検証されます。',
  'provider.thumbprints.edit': 'それぞれ 16 進数 40 桁、5 個まで。',
  'provider.thumbprints.none': 'サムプリントはありません',
  'provider.url': 'プロバイダーの URL',
  'provider.url.description': 'トークンの iss と完全に一致する URL。',
  'providers.description':
    'このアカウントのロールが信頼できるトークンの OpenID Connect 発行者。オペレーターがこのアカウントに登録したものも表示されます。',
  'providers.none': 'ID プロバイダーはありません',
  'providers.title': 'ID プロバイダー',
}
