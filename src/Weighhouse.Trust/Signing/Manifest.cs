using System.Security.Cryptography;
using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Trust.Signing;

/// <summary>What is signed: the SHA-256 of every file by its name, as an in-toto statement of OpenSSF Model Signing.</summary>
/// <param name="Ignored">What the signer left out, besides what everybody does.</param>
internal sealed record Manifest(string Name, IReadOnlyList<(string Path, Digest Digest)> Files, IReadOnlyList<string> Ignored)
{
    private const string StatementType = "https://in-toto.io/Statement/v1";
    private const string PredicateType = "https://model_signing/signature/v1.0";
    private const string Algorithm = "sha256";
    private const string Method = "files";

    /// <summary>The digest of all digests in the order of the names.</summary>
    public string RootDigest
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var (_, digest) in Files) hash.AppendData(digest.ToBytes());
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>Until its release 1.0.0 the reference implementation called the file of a model of one file '.'.</summary>
    public string? NameOfOnlyFile => Files is [(".", _)] ? "." : null;

    public static Result<Manifest> Of(
        string name, IEnumerable<ModelFile> files, IReadOnlyList<string> ignored, CancellationToken cancellation)
    {
        var hashed = new List<(string Path, Digest Digest)>();
        foreach (var file in files.Where(file => !IgnoredPaths.Contain(ignored, file.Path)))
        {
            cancellation.ThrowIfCancellationRequested();
            hashed.Add((file.Path, DigestOf(file)));
        }

        if (hashed.Count == 0) return Error.Precondition("There is no file to sign.");
        hashed.Sort(static (left, right) => CodePointOrder.Instance.Compare(left.Path, right.Path));
        return new Manifest(name.Length == 0 ? "model" : name, hashed, ignored);
    }

    public static Digest DigestOf(ModelFile file)
    {
        using var stream = file.Open();
        return new Digest(SHA256.HashData(stream));
    }

    public byte[] Write()
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, SignatureBundle.Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("_type", StatementType);
            writer.WriteStartArray("subject");
            writer.WriteStartObject();
            writer.WriteString("name", Name);
            writer.WriteStartObject("digest");
            writer.WriteString(Algorithm, RootDigest);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteString("predicateType", PredicateType);
            writer.WriteStartObject("predicate");
            WriteSerialization(writer);
            WriteResources(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Reads what a signature was found to be of.</summary>
    public static Result<Manifest> Read(byte[] statement)
    {
        try
        {
            using var document = JsonDocument.Parse(statement, SignatureBundle.Strict);
            var root = document.RootElement;
            if (root.GetProperty("_type").GetString() != StatementType || root.GetProperty("predicateType").GetString() != PredicateType)
                return new Error(ErrorCode.NotSupported,
                    "The signature is of something else than a model, or of a version of model signing other than 1.0.");
            var predicate = root.GetProperty("predicate");
            var serialization = predicate.GetProperty("serialization");
            if (serialization.GetProperty("method").GetString() != Method
                || serialization.GetProperty("hash_type").GetString() != Algorithm)
                return new Error(ErrorCode.NotSupported,
                    "The signature is by parts of files or by another hash than SHA-256. Have the model signed by files and SHA-256.");
            var ignored = serialization.TryGetProperty("ignore_paths", out var paths)
                ? [.. paths.EnumerateArray().Select(Text)] : new List<string>();
            return Checked(root.GetProperty("subject"), ReadResources(predicate.GetProperty("resources")), ignored);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // What others wrote may be anything: each of these says that it is not of the shape that was asked for.
            return new Error(ErrorCode.Corrupted, "What was signed is no statement of model signing.");
        }
    }

    private static Result<Manifest> Checked(JsonElement subject, List<(string Path, Digest Digest)> files, List<string> ignored)
    {
        if (files.Count == 0 || subject.GetArrayLength() != 1 || files.DistinctBy(static file => file.Path).Count() != files.Count)
            return new Error(ErrorCode.Corrupted, "What was signed is no list of files of one model.");
        var manifest = new Manifest(Text(subject[0].GetProperty("name")), files, ignored);
        if (subject[0].GetProperty("digest").GetProperty(Algorithm).GetString() != manifest.RootDigest)
            return new Error(ErrorCode.Corrupted, "What was signed contradicts itself: its files do not add up to its digest.");
        return manifest;
    }

    private static List<(string Path, Digest Digest)> ReadResources(JsonElement resources)
    {
        var files = new List<(string, Digest)>();
        foreach (var resource in resources.EnumerateArray())
        {
            if (resource.GetProperty("algorithm").GetString() != Algorithm
                || !Digest.TryParse(resource.GetProperty("digest").GetString(), out var digest))
                throw new JsonException();
            files.Add((Text(resource.GetProperty("name")), digest));
        }

        return files;
    }

    private static string Text(JsonElement value) => value.GetString() ?? throw new JsonException();

    private void WriteSerialization(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("serialization");
        writer.WriteString("method", Method);
        writer.WriteString("hash_type", Algorithm);
        writer.WriteBoolean("allow_symlinks", false);
        writer.WriteStartArray("ignore_paths");
        foreach (var path in Ignored) writer.WriteStringValue(path);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteResources(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("resources");
        foreach (var (path, digest) in Files)
        {
            writer.WriteStartObject();
            writer.WriteString("name", path);
            writer.WriteString("algorithm", Algorithm);
            writer.WriteString("digest", digest.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
