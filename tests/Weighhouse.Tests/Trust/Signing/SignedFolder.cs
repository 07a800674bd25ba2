using Weighhouse.TestKit;
using Weighhouse.Trust.Signing;

namespace Weighhouse.Tests.Trust.Signing;

/// <summary>A model of three files, signed on disk, and the key that others trust for it.</summary>
internal sealed class SignedFolder : IDisposable
{
    public const long NowMs = 1_790_000_000_000;

    private readonly TemporaryFolder _folder = new();

    public SignedFolder(SigningCurve curve = SigningCurve.P256, params string[] ignored)
    {
        Key = SigningKey.Create(curve);
        Trusted = TrustedKey.FromPem("release", Key.PublicPem).Value;
        Directory.CreateDirectory(this["weights/deep"]);
        File.WriteAllText(this["config.json"], """{"layers": 2}""");
        File.WriteAllBytes(this["weights/deep/a.bin"], [1, 2, 3, 4]);
        File.WriteAllBytes(this["weights/empty.bin"], []);
        Sign(ignored);
    }

    public SigningKey Key { get; }

    public TrustedKey Trusted { get; }

    public string Path => _folder["model"];

    public string BundlePath => ModelSigner.BundlePathOf(Path);

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public SignedModel Sign(params string[] ignored)
    {
        var signed = ModelSigner.SignPath(Path, BundlePath, Key, ignored).Value;
        File.WriteAllText(BundlePath, signed.Bundle);
        return signed;
    }

    public SignatureReport Verify(long atMs = NowMs, params TrustedKey[] keys) =>
        ModelVerifier.VerifyPath(Path, BundlePath, keys is [] ? [Trusted] : keys, atMs).Value;

    /// <summary>The only problem, as its kind and its file.</summary>
    public (SignatureProblemKind Kind, string? Path) OnlyProblem(long atMs = NowMs, params TrustedKey[] keys)
    {
        var report = Verify(atMs, keys);
        Assert.False(report.IsValid);
        var problem = Assert.Single(report.Problems);
        if (problem.Path is not null) Assert.StartsWith(problem.Path, problem.Message, StringComparison.Ordinal);
        return (problem.Kind, problem.Path);
    }

    public void Dispose()
    {
        Key.Dispose();
        _folder.Dispose();
    }
}
