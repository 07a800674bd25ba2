using System.Text;
using System.Text.Json.Nodes;
using Weighhouse.TestKit;
using Weighhouse.Trust.Signing;

namespace Weighhouse.Tests.Trust.Signing;

/// <summary>What is signed here others verify, and the keys of others sign here.</summary>
public sealed class OtherVerifiersTests
{
    private static readonly ExternalTool OpenSsl = ExternalTool.Find("openssl", "openssl");
    private static readonly ExternalTool Node = ExternalTool.Find("node", "nodejs");

    [Theory]
    [InlineData(SigningCurve.P256, "-sha256")]
    [InlineData(SigningCurve.P384, "-sha384")]
    [InlineData(SigningCurve.P521, "-sha512")]
    public async Task Openssl_verifies_what_was_signed(SigningCurve curve, string hash)
    {
        Assert.SkipWhen(OpenSsl.IsAbsent, OpenSsl.WhyAbsent);
        using var model = new SignedFolder(curve);
        using var folder = new TemporaryFolder();
        var envelope = JsonNode.Parse(await File.ReadAllTextAsync(model.BundlePath))!["dsseEnvelope"]!;
        var payload = Convert.FromBase64String((string)envelope["payload"]!);
        byte[] message = [.. Encoding.ASCII.GetBytes($"DSSEv1 28 application/vnd.in-toto+json {payload.Length} "), .. payload];
        await File.WriteAllTextAsync(folder["key.pem"], model.Key.PublicPem);
        await File.WriteAllBytesAsync(folder["message"], message);
        await File.WriteAllBytesAsync(folder["sig"], Convert.FromBase64String((string)envelope["signatures"]![0]!["sig"]!));
        string[] verify = ["dgst", hash, "-verify", "key.pem", "-signature", "sig", "message"];

        Assert.Equal((0, "Verified OK"), Outcome(await OpenSsl.RunAsync(verify, folder: folder.Path)));
        message[^2] ^= 1;
        await File.WriteAllBytesAsync(folder["message"], message);
        Assert.Equal((1, "Verification failure"), Outcome(await OpenSsl.RunAsync(verify, folder: folder.Path)));
    }

    [Theory]
    [InlineData("prime256v1", SigningCurve.P256)]
    [InlineData("secp384r1", SigningCurve.P384)]
    [InlineData("secp521r1", SigningCurve.P521)]
    public async Task Keys_of_openssl_sign(string curve, SigningCurve wanted)
    {
        Assert.SkipWhen(OpenSsl.IsAbsent, OpenSsl.WhyAbsent);
        using var folder = new TemporaryFolder();
        await DoneAsync(folder, "ecparam", "-name", curve, "-genkey", "-out", "sec1.pem");
        await DoneAsync(folder, "pkcs8", "-topk8", "-in", "sec1.pem", "-out", "sealed.pem", "-passout", "pass:word", "-v2", "aes-256-cbc");
        await DoneAsync(folder, "ec", "-in", "sec1.pem", "-pubout", "-out", "public.pem");
        var trusted = TrustedKey.FromPem("theirs", await File.ReadAllTextAsync(folder["public.pem"])).Value;
        using var plain = SigningKey.FromPem(await File.ReadAllTextAsync(folder["sec1.pem"]), null).Value;
        using var opened = SigningKey.FromPem(await File.ReadAllTextAsync(folder["sealed.pem"]), "word").Value;
        Assert.Equal((wanted, trusted.Fingerprint), (plain.Curve, plain.Fingerprint));
        ModelFile[] files = [new ModelFile("a", () => new MemoryStream([1]))];
        var bundle = ModelSigner.Sign("model", files, opened, []).Value.Bundle;
        Assert.True(ModelVerifier.Verify(bundle, files, [trusted], 0).IsValid);
        // The name of a key in a bundle is of the very bytes that openssl writes.
        var digest = await DoneAsync(folder, "dgst", "-sha256", "-r", "public.pem");
        Assert.StartsWith(trusted.Fingerprint, digest.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secp256k1")]
    [InlineData("prime192v1")]
    public async Task Curves_that_models_are_not_signed_with_are_refused(string curve)
    {
        Assert.SkipWhen(OpenSsl.IsAbsent, OpenSsl.WhyAbsent);
        using var folder = new TemporaryFolder();
        await DoneAsync(folder, "ecparam", "-name", curve, "-genkey", "-out", "key.pem");
        await DoneAsync(folder, "ec", "-in", "key.pem", "-pubout", "-out", "public.pem");
        Assert.True(SigningKey.FromPem(await File.ReadAllTextAsync(folder["key.pem"]), null).IsFailure);
        Assert.True(TrustedKey.FromPem("theirs", await File.ReadAllTextAsync(folder["public.pem"])).IsFailure);
    }

    [Fact]
    public async Task Sigstore_verifies_what_was_signed()
    {
        Assert.SkipWhen(Node.IsAbsent, Node.WhyAbsent);
        Assert.SkipWhen(NodePackages.WhyAbsent("Sigstore") is not null, NodePackages.WhyAbsent("Sigstore") ?? "");
        using var model = new SignedFolder();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["key.pem"], model.Key.PublicPem);
        string[] verify = [Path.Combine(NodePackages.Folder("Sigstore"), "verify.cjs"), model.BundlePath, folder["key.pem"]];

        var said = await Node.RunAsync(verify);
        Assert.Equal((0, "https://model_signing/signature/v1.0", ""), (said.ExitCode, said.Output.Trim(), said.Errors.Trim()));
        using var other = SigningKey.Create();
        await File.WriteAllTextAsync(folder["key.pem"], other.PublicPem);
        Assert.Contains($"names the key {model.Key.Fingerprint}", (await Node.RunAsync(verify)).Errors, StringComparison.Ordinal);

        // A statement by somebody else under the same key's name.
        var forged = ModelSigner.SignPath(model.Path, model.BundlePath, other, []).Value.Bundle
            .Replace(other.Fingerprint, model.Key.Fingerprint, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["key.pem"], model.Key.PublicPem);
        await File.WriteAllTextAsync(model.BundlePath, forged);
        said = await Node.RunAsync(verify);
        Assert.Equal((1, "signature verification failed"), (said.ExitCode, said.Errors.Trim()));
    }

    private static (int Code, string Said) Outcome(CommandOutcome outcome) => (outcome.ExitCode, outcome.Output.Trim());

    private static async Task<CommandOutcome> DoneAsync(TemporaryFolder folder, params string[] arguments)
    {
        var outcome = await OpenSsl.RunAsync(arguments, folder: folder.Path);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        return outcome;
    }
}
