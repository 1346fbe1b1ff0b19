import type { material as en } from '../en/material.ts'

export const material: Readonly<Record<keyof typeof en, string>> = {
  'file.choose': 'ファイルを選択',
  'file.drop': 'ここにファイルをドロップ',
  'file.error': 'エラー',
  material: 'キーマテリアル',
  'material.algorithm': 'ラッピングアルゴリズム',
  'material.delete': 'キーマテリアルの削除',
  'material.delete.description':
    '同じキーマテリアルを再インポートするまで、キーは使用できません。サービスはコピーを保持しません。',
  'material.deleted': 'キーマテリアルを削除しました。',
  'material.description': 'キーマテリアルの説明 (任意)',
  'material.description.wrong': '英数字、スペース、: / _ . - で 256 文字まで。',
  'material.encrypted': 'ラップされたキーマテリアル',
  'material.expiration': '有効期限',
  'material.expires.at': 'キーマテリアルに有効期限を設定する',
  'material.expires.calendar': '日付を選択',
  'material.expires.date': '日付',
  'material.expires.description':
    '期限が来るとサービスが削除し、再インポートするまでキーは使用できません。',
  'material.expires.never': 'キーマテリアルに有効期限はありません',
  'material.expires.time': '時刻',
  'material.expires.wrong': '{days} 日以内の日時を指定してください。',
  'material.file': 'キーマテリアルのファイル',
  'material.file.empty': 'ファイルが空です。',
  'material.file.length':
    'このキーのキーマテリアルは {count} バイトですが、ファイルの長さが異なります。',
  'material.file.no-pkcs8': 'PKCS #8 (DER または PEM) のプライベートキーではありません。',
  'material.file.private':
    '{spec} のプライベートキー。PKCS #8 (DER または PEM) で、パスワードなし。',
  'material.file.secret': '{count} バイトのバイナリファイル。',
  'material.import': 'キーマテリアルのインポート',
  'material.import-again': 'キーマテリアル {material} を再インポート',
  'material.import-state': 'インポートの状態',
  'material.imported': '{key} にキーマテリアルをインポートしました。',
  'material.kind': 'インポートタイプ',
  'material-kind.EXISTING_KEY_MATERIAL': '既存のキーマテリアル',
  'material-kind.EXISTING_KEY_MATERIAL.description':
    '削除または期限切れになったキーマテリアルを戻すか、有効期限を変更します。',
  'material-kind.NEW_KEY_MATERIAL': '新しいキーマテリアル',
  'material-kind.NEW_KEY_MATERIAL.description':
    '次のオンデマンドローテーションで現在のものになります。以前のキーマテリアルも復号に使われます。',
  'material.non-current': '現在のものではない',
  'material.none': 'インポートされたキーマテリアルはありません',
  'material.not-imported': 'キーマテリアルをインポートできませんでした',
  'material.not-in-clear':
    'キーマテリアルは、このインポート専用のパブリックキーを使ってブラウザー内で暗号化されます。平文で送信されることはありません。',
  'material.parameters': 'パブリックキーとインポートトークンをダウンロード',
  'material.parameters.until': '使用期限:',
  'material.pending-regions': '他のリージョンへのインポート待ち',
  'material.pending-rotation': 'ローテーション待ち',
  'material.random': 'ランダムなキーマテリアル ({count} バイト)',
  'material.random.description':
    '生成と同時にファイルとして保存されます。ファイルを保管してください。ないと再インポートできません。',
  'material.random.made': '生成して保存しました',
  'material.random.make': '生成してダウンロード',
  'material.there': 'インポート済み',
  'material.token': 'インポートトークン',
  'material.token.description': 'パブリックキーと一緒にダウンロードした {file}。',
  'material.way': 'キーマテリアルの入手元',
  'material-way.file': 'ファイル',
  'material-way.file.description':
    'ファイルにある自分のキーマテリアルを、このブラウザー内でラップします。',
  'material-way.random': 'このブラウザーで生成',
  'material-way.random.description':
    'ブラウザーで生成した乱数をファイルに保存し、ここでラップします。',
  'material-way.wrapped': 'ラップ済みのキーマテリアル',
  'material-way.wrapped.description':
    'HSM または OpenSSL でラップし、結果をインポートトークンと一緒にアップロードします。',
  'material.wrap': 'OpenSSL でラップ',
  'material.wrap.description':
    'ファイルのあるフォルダーで実行します。平文のキーマテリアルがこのページに渡されることはありません。',
  'material.wrapping-key': 'ラッピングキーの仕様',
  'material.wrapping-key.description':
    'このインポートのためにサービスが作成するパブリックキーの仕様。',
}
