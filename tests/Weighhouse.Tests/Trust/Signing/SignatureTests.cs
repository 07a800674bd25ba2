using System.Text.Json.Nodes;
using Weighhouse.TestKit;
using Weighhouse.Trust.Signing;

namespace Weighhouse.Tests.Trust.Signing;

/// <summary>A signature holds for the files that were signed, and for no others.</summary>
public sealed class SignatureTests
{
    [Theory]
    [InlineData(SigningCurve.P256)]
    [InlineData(SigningCurve.P384)]
    [InlineData(SigningCurve.P521)]
    public void What_was_signed_holds(SigningCurve curve)
    {
        using var model = new SignedFolder(curve);
        var report = model.Verify();
        Assert.True(report.IsValid, string.Join('\n', report.Problems));
        Assert.Equal(("release", model.Key.Fingerprint, 3), (report.KeyName, report.Fingerprint, report.FilesCount));
        Assert.Equal(model.Sign().RootDigest, report.RootDigest);
    }

    [Fact]
    public void A_changed_file_is_named_whichever_bit_of_it_it_is()
    {
        using var model = new SignedFolder();
        foreach (var name in new[] { "config.json", "weights/deep/a.bin" })
        {
            var bytes = File.ReadAllBytes(model[name]);
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                var flipped = bytes.ToArray();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                File.WriteAllBytes(model[name], flipped);
                Assert.Equal((SignatureProblemKind.Changed, name), model.OnlyProblem());
            }

            File.WriteAllBytes(model[name], bytes);
        }

        Assert.True(model.Verify().IsValid);
    }

    [Fact]
    public void One_more_file_is_named_and_so_is_one_less()
    {
        using var model = new SignedFolder();
        File.WriteAllText(model["weights/extra.py"], "");
        Assert.Equal((SignatureProblemKind.Extra, "weights/extra.py"), model.OnlyProblem());
        File.Delete(model["weights/extra.py"]);

        File.Delete(model["weights/empty.bin"]);
        Assert.Equal((SignatureProblemKind.Missing, "weights/empty.bin"), model.OnlyProblem());

        File.WriteAllBytes(model["weights/Empty.bin"], []);
        Assert.Equal(
            [(SignatureProblemKind.Extra, "weights/Empty.bin"), (SignatureProblemKind.Missing, "weights/empty.bin")],
            model.Verify().Problems.Select(problem => (problem.Kind, problem.Path)));
    }

    [Fact]
    public void No_bit_of_a_bundle_can_be_another()
    {
        using var model = new SignedFolder();
        var bundle = File.ReadAllBytes(model.BundlePath);
        for (var bit = 0; bit < bundle.Length * 8; bit++)
        {
            var flipped = bundle.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(model.BundlePath, flipped);
            Assert.False(model.Verify().IsValid, $"bit {bit} of the bundle: {System.Text.Encoding.Latin1.GetString(flipped)}");
        }
    }

    [Fact]
    public void A_bundle_that_is_cut_off_is_none()
    {
        using var model = new SignedFolder();
        var bundle = File.ReadAllText(model.BundlePath);
        // The end of the line behind it is no part of it.
        for (var length = 0; length < bundle.Length - 1; length++)
        {
            File.WriteAllText(model.BundlePath, bundle[..length]);
            Assert.Equal((SignatureProblemKind.Signature, null), model.OnlyProblem());
        }
    }

    [Fact]
    public void Links_are_no_files_of_a_model_unless_they_are_left_out()
    {
        using var model = new SignedFolder();
        File.CreateSymbolicLink(model["weights/link.bin"], model["weights/deep/a.bin"]);
        Assert.Equal((SignatureProblemKind.Extra, "weights/link.bin"), model.OnlyProblem());
        var refused = ModelSigner.SignPath(model.Path, model.BundlePath, model.Key, []);
        Assert.Contains("'weights/link.bin' is a link", refused.Error!.Message, StringComparison.Ordinal);

        model.Sign("weights/link.bin");
        Assert.True(model.Verify().IsValid);

        // In the place of a file that was signed it is none either, even with the same bytes behind it.
        File.Move(model["config.json"], model["weights/link.bin"], overwrite: true);
        File.CreateSymbolicLink(model["config.json"], model["weights/link.bin"]);
        Assert.Equal((SignatureProblemKind.Extra, "config.json"), model.OnlyProblem());
    }

    [Fact]
    public void What_is_left_out_may_change_come_and_go_and_nothing_else_may()
    {
        using var model = new SignedFolder(ignored: ["cache", "notes.md"]);
        Directory.CreateDirectory(model["cache/deep"]);
        File.WriteAllText(model["cache/deep/x"], "1");
        File.WriteAllText(model["notes.md"], "2");
        Directory.CreateDirectory(model[".git"]);
        File.WriteAllText(model[".git/HEAD"], "ref");
        Assert.True(model.Verify().IsValid);

        File.WriteAllText(model["cache2"], "");
        Assert.Equal((SignatureProblemKind.Extra, "cache2"), model.OnlyProblem());
        File.Delete(model["cache2"]);
        Directory.CreateDirectory(model["weights/.git"]);
        File.WriteAllText(model["weights/.git/HEAD"], "ref");
        Assert.Equal((SignatureProblemKind.Extra, "weights/.git/HEAD"), model.OnlyProblem());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc")]
    [InlineData("../other")]
    [InlineData("a/../b")]
    [InlineData("*.md")]
    [InlineData("a//b")]
    public void Only_plain_paths_are_left_out(string path)
    {
        using var model = new SignedFolder();
        Assert.Equal("ignore", ModelSigner.SignPath(model.Path, model.BundlePath, model.Key, [path]).Error!.Field);
    }

    [Fact]
    public void A_model_of_one_file_is_signed_by_its_name()
    {
        using var folder = new TemporaryFolder();
        using var key = SigningKey.Create();
        File.WriteAllText(folder["model.onnx"], "weights");
        var bundlePath = ModelSigner.BundlePathOf(folder["model.onnx"]);
        Assert.Equal(folder["model.onnx.sig"], bundlePath);
        File.WriteAllText(bundlePath, ModelSigner.SignPath(folder["model.onnx"], bundlePath, key, []).Value.Bundle);
        var trusted = TrustedKey.FromPem("own", key.PublicPem).Value;
        Assert.True(ModelVerifier.VerifyPath(folder["model.onnx"], bundlePath, [trusted], 0).Value.IsValid);

        File.Copy(folder["model.onnx"], folder["other.onnx"]);
        Assert.Equal(2, ModelVerifier.VerifyPath(folder["other.onnx"], bundlePath, [trusted], 0).Value.Problems.Count);
    }

    [Fact]
    public void Files_anywhere_are_signed_and_verified_in_the_order_of_code_points()
    {
        using var key = SigningKey.Create();
        // In UTF-16 the first of them comes last but one, as its code units are surrogates.
        string[] names = ["\U0001F600.bin", "\uFF5E.bin", "z.bin", "a b/c.bin", "Z.bin"];
        ModelFile[] files = [.. names.Select(name => new ModelFile(name, () => new MemoryStream([(byte)name[0]])))];
        var signed = ModelSigner.Sign("all", files, key, []).Value;
        Assert.Equal(["Z.bin", "a b/c.bin", "z.bin", "\uFF5E.bin", "\U0001F600.bin"], Resources(signed.Bundle));
        var trusted = TrustedKey.FromPem("own", key.PublicPem).Value;
        Assert.True(ModelVerifier.Verify(signed.Bundle, files.Reverse(), [trusted], 0).IsValid);
        Assert.Equal(SignatureProblemKind.Missing, ModelVerifier.Verify(signed.Bundle, files[1..], [trusted], 0).Problems.Single().Kind);
    }

    [Fact]
    public void A_model_without_files_is_not_signed_and_neither_is_what_is_not_there()
    {
        using var folder = new TemporaryFolder();
        using var key = SigningKey.Create();
        Assert.Equal("There is no file to sign.", ModelSigner.SignPath(folder.Path, folder["model.sig"], key, []).Error!.Message);
        Assert.True(ModelSigner.SignPath(folder["none"], folder["model.sig"], key, []).IsFailure);
        Assert.True(ModelVerifier.VerifyPath(folder.Path, folder["model.sig"], [], 0).IsFailure);
    }

    [Fact]
    public void A_name_that_is_no_text_is_neither_signed_nor_passed_over()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "file names are bytes on Linux alone");
        using var model = new SignedFolder();
        var made = System.Diagnostics.Process.Start("sh", ["-c", "printf x > \"$(printf '%s/bad\\377name' \"$0\")\"", model.Path]);
        made.WaitForExit();
        Assert.Equal(SignatureProblemKind.Extra, model.OnlyProblem().Kind);
        var refused = ModelSigner.SignPath(model.Path, model.BundlePath, model.Key, []);
        Assert.Contains("no UTF-8", refused.Error!.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Resources(string bundle)
    {
        var payload = Convert.FromBase64String((string)JsonNode.Parse(bundle)!["dsseEnvelope"]!["payload"]!);
        return JsonNode.Parse(payload)!["predicate"]!["resources"]!.AsArray().Select(resource => (string)resource!["name"]!);
    }
}
