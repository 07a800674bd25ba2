using Weighhouse.Trust.Signing;

namespace Weighhouse.Tests.Trust.Signing;

/// <summary>Which key signed, and whether its signatures count.</summary>
public sealed class TrustedKeyTests
{
    private const long DayMs = 86_400_000;

    [Fact]
    public void A_key_that_nobody_trusts_signs_nothing()
    {
        using var model = new SignedFolder();
        using var other = new SignedFolder();
        Assert.Equal((SignatureProblemKind.Key, null), model.OnlyProblem(keys: other.Trusted));
        Assert.Contains(model.Key.Fingerprint, model.Verify(keys: other.Trusted).Problems.Single().Message, StringComparison.Ordinal);
        Assert.True(model.Verify(keys: [other.Trusted, model.Trusted]).IsValid);
    }

    [Fact]
    public void Whoever_names_a_trusted_key_has_to_have_it()
    {
        using var model = new SignedFolder();
        using var thief = SigningKey.Create();
        var forged = ModelSigner.SignPath(model.Path, model.BundlePath, thief, []).Value.Bundle
            .Replace(thief.Fingerprint, model.Key.Fingerprint, StringComparison.Ordinal);
        File.WriteAllText(model.BundlePath, forged);
        Assert.Equal((SignatureProblemKind.Signature, null), model.OnlyProblem());
    }

    [Fact]
    public void The_signature_of_one_model_is_not_that_of_another()
    {
        using var model = new SignedFolder();
        var first = File.ReadAllText(model.BundlePath);
        File.WriteAllText(model["config.json"], "{}");
        var second = model.Sign().Bundle;
        File.WriteAllText(model.BundlePath, first.Replace(PartOf(first, "payload"), PartOf(second, "payload"), StringComparison.Ordinal));
        Assert.Equal((SignatureProblemKind.Signature, null), model.OnlyProblem());
    }

    [Fact]
    public void A_bundle_that_names_no_key_is_held_against_all_of_them()
    {
        using var model = new SignedFolder();
        using var other = new SignedFolder(SigningCurve.P521);
        var unnamed = File.ReadAllText(model.BundlePath).Replace(
            $"\"hint\":\"{model.Key.Fingerprint}\"", "\"rawBytes\":\"AAAA\",\"keyDetails\":\"PKIX_ECDSA_P256_SHA_256\"",
            StringComparison.Ordinal);
        File.WriteAllText(model.BundlePath, unnamed);
        Assert.True(model.Verify(keys: [other.Trusted, model.Trusted]).IsValid);
        Assert.Equal((SignatureProblemKind.Key, null), model.OnlyProblem(keys: other.Trusted));
    }

    [Fact]
    public void One_key_follows_another_and_both_count_in_their_time()
    {
        using var model = new SignedFolder();
        using var next = new SignedFolder();
        var turn = SignedFolder.NowMs;
        TrustedKey[] keys = [model.Trusted with { UntilMs = turn }, next.Trusted with { FromMs = turn - DayMs }];
        Assert.True(model.Verify(turn - 1, keys).IsValid);
        Assert.Equal((SignatureProblemKind.Key, null), model.OnlyProblem(turn, keys));
        Assert.Contains("counts until", model.Verify(turn, keys).Problems.Single().Message, StringComparison.Ordinal);

        Assert.True(next.Verify(turn - DayMs, keys).IsValid);
        Assert.True(next.Verify(turn + DayMs, keys).IsValid);
        Assert.Equal((SignatureProblemKind.Key, null), next.OnlyProblem(turn - DayMs - 1, keys));
    }

    [Fact]
    public void A_revoked_key_never_counted()
    {
        using var model = new SignedFolder();
        var revoked = model.Trusted with { RevokedMs = SignedFolder.NowMs };
        Assert.Equal((SignatureProblemKind.Key, null), model.OnlyProblem(SignedFolder.NowMs - 1_000 * DayMs, revoked));
        Assert.Contains("was revoked", model.Verify(keys: revoked).Problems.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_read_again_as_they_were_written()
    {
        foreach (var curve in Enum.GetValues<SigningCurve>())
        {
            using var key = SigningKey.Create(curve);
            using var plain = SigningKey.FromPem(key.PrivatePem(null), null).Value;
            using var sealedKey = SigningKey.FromPem(key.PrivatePem("a passphrase"), "a passphrase").Value;
            Assert.Equal((key.Fingerprint, curve), (plain.Fingerprint, plain.Curve));
            Assert.Equal((key.Fingerprint, curve), (sealedKey.Fingerprint, sealedKey.Curve));
            Assert.True(SigningKey.FromPem(key.PrivatePem("a passphrase"), "another").IsFailure);
            Assert.Equal("passphrase", SigningKey.FromPem(key.PrivatePem("a passphrase"), null).Error!.Field);
            var elsewhere = key.PublicPem.Replace("\n", "\r\n", StringComparison.Ordinal);
            Assert.Equal(key.Fingerprint, TrustedKey.FromPem("own", elsewhere).Value.Fingerprint);
        }
    }

    [Fact]
    public void A_key_is_not_taken_for_what_it_is_not()
    {
        using var key = SigningKey.Create();
        Assert.Contains("a private key", TrustedKey.FromPem("own", key.PrivatePem(null)).Error!.Message, StringComparison.Ordinal);
        Assert.True(SigningKey.FromPem(key.PublicPem, null).IsFailure);
        Assert.True(TrustedKey.FromPem("own", "no key").IsFailure);
        Assert.True(SigningKey.FromPem("no key", null).IsFailure);
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        Assert.True(TrustedKey.FromPem("own", rsa.ExportSubjectPublicKeyInfoPem()).IsFailure);
        Assert.True(SigningKey.FromPem(rsa.ExportPkcs8PrivateKeyPem(), null).IsFailure);
    }

    private static string PartOf(string bundle, string name)
    {
        var at = bundle.IndexOf($"\"{name}\":\"", StringComparison.Ordinal) + name.Length + 4;
        return bundle[at..bundle.IndexOf('"', at)];
    }
}
