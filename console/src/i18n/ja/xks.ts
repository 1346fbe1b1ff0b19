import type { xks as en } from '../en/xks.ts'

export const xks: Readonly<Record<keyof typeof en, string>> = {
  'xks.create': 'XKS 認証情報の作成',
  'xks.create.description':
    '{region} にある AWS KMS の外部キーストア 1 つに専用のパスと、AWS KMS が署名に使う認証情報を作成します。他のリージョンのキーストアには、そのリージョンでサインインしてください。',
  'xks.delete.description':
    'AWS KMS はこの認証情報で直ちに拒否されます。パスの最後の認証情報を削除するとパスもなくなり、キーストアに別の認証情報を設定するまで、AWS が暗号化したデータは復号できません。',
  'xks.deleted': '{id} を削除しました。',
  'xks.description':
    'AWS KMS が外部キーストアプロキシを通じてこのアカウントのキーを使うための認証情報です。S3、EBS、RDS などの AWS サービスが、ここにあるキーで暗号化します。',
  'xks.download': '{file} をダウンロード',
  'xks.existing': '既存のユーザーまたはロール',
  'xks.existing.wrong': 'role/ または user/ に続けて名前を入力してください。',
  'xks.in-aws': 'AWS に対して、ファイルのあるフォルダーで、AWS_ENDPOINT_URL_KMS を設定せずに実行',
  'xks.none': 'XKS 認証情報はありません',
  'xks.principal': '対応するプリンシパル',
  'xks.principal.description':
    'AWS KMS に許可される操作は、このプリンシパルに対するキーポリシーと ID ポリシーで決まります。',
  'xks.role': '新しいロール {role}',
  'xks.role.description':
    '誰も引き受けられません。デフォルトのキーポリシーのように ID ポリシーに委ねるキーで、暗号化、復号、詳細の取得ができます。',
  'xks.role.there': '同じ名前のロールがあります。それでよければ、下で選択してください。',
  'xks.rotate': 'ローテーション',
  'xks.rotate.description':
    '同じパスに別の認証情報を作成します。どちらかを削除するまで両方とも有効です。先に新しいものを AWS に設定してください。',
  'xks.rotate.of': 'ローテーション: {id}',
  'xks.title': 'XKS 認証情報',
}
