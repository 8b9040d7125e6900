/** A signature and whether our one rule takes it. */
export interface Ed25519Vector {
  readonly name: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
  readonly sound: boolean;
}

/**
 * Signatures on which Ed25519 implementations are known to disagree ("Taming the many EdDSAs", Chalkias, Garillot and
 * Nikolaenko, 2020, sorts them), made from the curve's arithmetic with the key `SHA-512("manyhands key")` and the
 * nonce `SHA-512("manyhands nonce")`, both modulo L. Bytes are hexadecimal.
 */
export const ed25519Vectors: readonly Ed25519Vector[] = [
  {
    name: "an honest signature",
    publicKey: "d235f91d2208954a5bde2e93284586b794eb6621a051b12809bf6f4396854bee",
    message: "6d616e7968616e64732030",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d60245e681736ca88a610034d041c885896675621084d7e3f0d2640b318def5abef700",
    sound: true,
  },
  {
    name: "the same for another message",
    publicKey: "d235f91d2208954a5bde2e93284586b794eb6621a051b12809bf6f4396854bee",
    message: "6d616e7968616e64732031",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d60245e681736ca88a610034d041c885896675621084d7e3f0d2640b318def5abef700",
    sound: false,
  },
  {
    name: "S + L instead of S",
    publicKey: "d235f91d2208954a5bde2e93284586b794eb6621a051b12809bf6f4396854bee",
    message: "6d616e7968616e64732030",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d60245d35569c9c2ed73580a6d396b6483458a621084d7e3f0d2640b318def5abef710",
    sound: false,
  },
  {
    name: "S + 8 L instead of S",
    publicKey: "d235f91d2208954a5bde2e93284586b794eb6621a051b12809bf6f4396854bee",
    message: "6d616e7968616e64732030",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d602454e2122547ba3f4c0e6b6fedf7a585e1c631084d7e3f0d2640b318def5abef780",
    sound: false,
  },
  {
    name: "S with its highest bit set",
    publicKey: "d235f91d2208954a5bde2e93284586b794eb6621a051b12809bf6f4396854bee",
    message: "6d616e7968616e64732030",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d60245e681736ca88a610034d041c885896675621084d7e3f0d2640b318def5abef780",
    sound: false,
  },
  {
    name: "key and nonce point of small order, S = 0",
    publicKey: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    message: "6d616e7968616e64732030",
    signature:
      "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    sound: false,
  },
  {
    name: "the neutral element as key",
    publicKey: "0100000000000000000000000000000000000000000000000000000000000000",
    message: "6d616e7968616e64732030",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d602452e4676fa8b97a543d64f2e57bf8c5ca84c7c47ad57b7e8ea1c5c9c60d408cf08",
    sound: false,
  },
  {
    name: "a key of order 8 whose part vanishes",
    publicKey: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    message: "6d616e7968616e64732035",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d602452e4676fa8b97a543d64f2e57bf8c5ca84c7c47ad57b7e8ea1c5c9c60d408cf08",
    sound: false,
  },
  {
    name: "the neutral element as nonce point",
    publicKey: "d235f91d2208954a5bde2e93284586b794eb6621a051b12809bf6f4396854bee",
    message: "6d616e7968616e64732030",
    signature:
      "010000000000000000000000000000000000000000000000000000000000000061d34e5949660cb1608c37703e5a6b307867267764f742090c267834aaade409",
    sound: false,
  },
  {
    name: "a nonce point of order 2",
    publicKey: "d235f91d2208954a5bde2e93284586b794eb6621a051b12809bf6f4396854bee",
    message: "6d616e7968616e64732030",
    signature:
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7fa4bcf6180f5e053808138e398cc7e4b98d8c336e433dd39cd6a0ebcd4986da07",
    sound: false,
  },
  {
    name: "a nonce point of mixed order",
    publicKey: "d235f91d2208954a5bde2e93284586b794eb6621a051b12809bf6f4396854bee",
    message: "6d616e7968616e64732030",
    signature:
      "706ad3a81a7428a734999b4a62d1c5c337ed5a63f69731c1a3c4ecf3892c2726c3f7db7be3bed8e228708e7bac1b21be1003d9280dce385ddf651b7aad26700e",
    sound: false,
  },
  {
    name: "a key of mixed order",
    publicKey: "837e30e2bb1a61bb06c4e33df7e142033b4a0b1a40b7cf31bf763d5b3698f14f",
    message: "6d616e7968616e64732030",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d602453f9ed2adeb46e5108c7a467896cecc27d5e594e07410c4e03bbedfc3fd3ce008",
    sound: false,
  },
  {
    name: "a key of mixed order whose small part vanishes",
    publicKey: "837e30e2bb1a61bb06c4e33df7e142033b4a0b1a40b7cf31bf763d5b3698f14f",
    message: "6d616e7968616e64732039",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d60245f3885acf46d26c20ab1520466351dc879bf757400eac7e08e5e4e6f69aa5da01",
    sound: true,
  },
  {
    name: "key and nonce point of mixed order whose small parts cancel",
    publicKey: "837e30e2bb1a61bb06c4e33df7e142033b4a0b1a40b7cf31bf763d5b3698f14f",
    message: "6d616e7968616e64732030",
    signature:
      "569196c9a80aa988640848ad6a19150c7c154cc943d9772fb45cf0025dd434f47e00f8a7b04e1e83b25a09270cc36a89ebcb347834914541d2ad07edc2aeaa09",
    sound: true,
  },
  {
    name: "the neutral element as key, y = p + 1",
    publicKey: "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    message: "6d616e7968616e64732030",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d602452e4676fa8b97a543d64f2e57bf8c5ca84c7c47ad57b7e8ea1c5c9c60d408cf08",
    sound: false,
  },
  {
    name: "the neutral element as key, x = -0",
    publicKey: "0100000000000000000000000000000000000000000000000000000000000080",
    message: "6d616e7968616e64732030",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d602452e4676fa8b97a543d64f2e57bf8c5ca84c7c47ad57b7e8ea1c5c9c60d408cf08",
    sound: false,
  },
  {
    name: "the neutral element as nonce point, y = p + 1",
    publicKey: "d235f91d2208954a5bde2e93284586b794eb6621a051b12809bf6f4396854bee",
    message: "6d616e7968616e64732030",
    signature:
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f0d5ba232b20bb96d689b5bf06c1165e40c2d885fb8b901831a1a66a9e39f5205",
    sound: false,
  },
  {
    name: "a key that is no point",
    publicKey: "0200000000000000000000000000000000000000000000000000000000000000",
    message: "6d616e7968616e64732030",
    signature:
      "05f8e2588849fe74e950049c1e4180ea8191d390af67d1c1edc68aa067d60245e681736ca88a610034d041c885896675621084d7e3f0d2640b318def5abef700",
    sound: false,
  },
  {
    name: "zeros alone",
    publicKey: "0000000000000000000000000000000000000000000000000000000000000000",
    message: "6d616e7968616e64732030",
    signature:
      "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    sound: false,
  },
];
