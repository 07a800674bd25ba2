using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Weighhouse.Trust.Signing;

namespace Weighhouse.Tests.Trust.Signing;

/// <summary>What is signed by a trusted key may still be no statement about a model.</summary>
public sealed class StatementTests
{
    [Theory]
    [InlineData("_type", "https://in-toto.io/Statement/v0.1")]
    [InlineData("predicateType", "https://slsa.dev/provenance/v1")]
    [InlineData("predicate.serialization.method", "shards")]
    [InlineData("predicate.serialization.hash_type", "blake3")]
    [InlineData("predicate.resources.0.algorithm", "blake2b")]
    [InlineData("predicate.resources.0.digest", "00")]
    [InlineData("predicate.resources.0.digest", "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("predicate.resources.0.name", null)]
    [InlineData("subject.0.digest.sha256", "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("predicate.resources", null)]
    [InlineData("predicate", null)]
    public void Another_statement_does_not_pass(string path, string? value)
    {
        using var model = new SignedFolder();
        var statement = StatementOf(model);
        Assert.True(Signed(model, statement.ToJsonString()).IsValid);

        var words = path.Split('.');
        JsonNode node = statement;
        foreach (var word in words[..^1]) node = int.TryParse(word, out var index) ? node[index]! : node[word]!;
        node[words[^1]] = value;
        Assert.Equal(SignatureProblemKind.Signature, Signed(model, statement.ToJsonString()).Problems.Single().Kind);
    }

    [Fact]
    public void A_file_that_is_named_twice_does_not_pass()
    {
        using var model = new SignedFolder();
        var statement = StatementOf(model);
        var resources = statement["predicate"]!["resources"]!.AsArray();
        resources.Add(resources[0]!.DeepClone());
        Rooted(statement);
        Assert.Equal(SignatureProblemKind.Signature, Signed(model, statement.ToJsonString()).Problems.Single().Kind);
    }

    [Fact]
    public void A_field_that_is_there_twice_does_not_pass()
    {
        using var model = new SignedFolder();
        var text = StatementOf(model).ToJsonString().Replace("\"predicateType\":", "\"predicateType\":\"x\",\"predicateType\":",
            StringComparison.Ordinal);
        Assert.Equal(SignatureProblemKind.Signature, Signed(model, text).Problems.Single().Kind);
    }

    [Fact]
    public void A_file_outside_of_the_folder_is_not_looked_for()
    {
        using var model = new SignedFolder();
        var statement = StatementOf(model);
        statement["predicate"]!["resources"]![0]!["name"] = "../../etc/hostname";
        Rooted(statement);
        Assert.Equal(
            ["../../etc/hostname", "config.json"], Signed(model, statement.ToJsonString()).Problems.Select(problem => problem.Path));
    }

    [Fact]
    public void Other_fields_of_a_statement_are_passed_over()
    {
        using var model = new SignedFolder();
        var statement = StatementOf(model);
        statement["predicate"]!["resources"]![0]!["media_type"] = "application/json";
        statement["subject"]![0]!["name"] = "another";
        statement["predicate"]!["serialization"]!.AsObject().Remove("ignore_paths");
        Assert.True(Signed(model, statement.ToJsonString()).IsValid);
    }

    private static JsonNode StatementOf(SignedFolder model) => JsonNode.Parse(Convert.FromBase64String(
        (string)JsonNode.Parse(File.ReadAllText(model.BundlePath))!["dsseEnvelope"]!["payload"]!))!;

    private static void Rooted(JsonNode statement)
    {
        var files = statement["predicate"]!["resources"]!.AsArray();
        byte[] all = [.. files.SelectMany(file => Convert.FromHexString((string)file!["digest"]!))];
        statement["subject"]![0]!["digest"]!["sha256"] = Convert.ToHexStringLower(SHA256.HashData(all));
    }

    /// <summary>Signs a text with the model's own key, by means of the framework alone, and verifies the model with that.</summary>
    private static SignatureReport Signed(SignedFolder model, string statement)
    {
        var payload = Encoding.UTF8.GetBytes(statement);
        const string type = "application/vnd.in-toto+json";
        byte[] message = [.. Encoding.ASCII.GetBytes($"DSSEv1 {type.Length} {type} {payload.Length} "), .. payload];
        using var key = ECDsa.Create();
        key.ImportFromPem(model.Key.PrivatePem(null));
        var bundle = JsonNode.Parse(File.ReadAllText(model.BundlePath))!;
        bundle["dsseEnvelope"]!["payload"] = Convert.ToBase64String(payload);
        bundle["dsseEnvelope"]!["signatures"]![0]!["sig"] =
            Convert.ToBase64String(key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        File.WriteAllText(model.BundlePath, bundle.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default }));
        return model.Verify();
    }
}
