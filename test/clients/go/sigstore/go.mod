module tenkey.test/clients/sigstore

go 1.26.8
