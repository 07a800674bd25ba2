using System.Buffers;
using System.Text.Json;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Objects;

/// <summary>Commits as canonical JSON: docs/formats/commits.md. One commit has one spelling, any other is refused.</summary>
internal static class CommitCodec
{
    public const int Version = 1;

    /// <summary>Facts and links of full length would be 64 MB; a commit that is read for every log must stay small.</summary>
    public const int BytesMax = 1 << 20;

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 4 };

    /// <summary>The bytes that name the commit; an error when it may not be.</summary>
    public static Result<ReadOnlyMemory<byte>> Encode(Commit commit)
    {
        if (CommitRules.Refuse(commit) is { } refusal) return refusal;
        var buffer = Write(commit);
        return buffer.WrittenCount <= BytesMax
            ? buffer.WrittenMemory
            : Error.Invalid($"The commit has {buffer.WrittenCount} bytes; the limit is {BytesMax}. Put large facts into files.", "facts");
    }

    public static Result<Digest> Store(IObjectWriter writer, Commit commit) =>
        Encode(commit).Map(bytes => writer.AddObject(ObjectKind.Commit, bytes.Span));

    public static Result<Commit> Load(IObjectStore store, Digest id)
    {
        if (!store.Read(ObjectKind.Commit, id).TryGet(out var bytes, out var error)) return error;
        return Decode(bytes);
    }

    /// <summary>The commit these bytes are; Corrupted when they are none, or not spelled as <see cref="Encode"/> does.</summary>
    public static Result<Commit> Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > BytesMax) return Bad($"it has {bytes.Length} bytes; the limit is {BytesMax}");
        Commit? commit;
        try
        {
            using var document = JsonDocument.Parse(bytes, Reading);
            commit = Read(document.RootElement);
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            return Bad("it is not the JSON expected");
        }

        if (commit is null) return Bad("a field is missing or of the wrong kind");
        if (CommitRules.Refuse(commit) is { } refusal) return Bad(refusal.Message);
        return Write(commit).WrittenSpan.SequenceEqual(bytes.Span) ? commit : Bad("it is not spelled in the canonical way");
    }

    private static ArrayBufferWriter<byte> Write(Commit commit)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        var json = new CanonicalJson(buffer);
        json.Open('{').Key("author").Open('{');
        if (commit.Author.Email.Length > 0) json.Key("email").Text(commit.Author.Email);
        json.Key("name").Text(commit.Author.Name).Close('}').Key("facts").Open('{');
        foreach (var (key, value) in commit.Facts.OrderBy(static fact => fact.Key, StringComparer.Ordinal)) json.Key(key).Text(value);
        json.Close('}').Key("links").Open('[');
        foreach (var link in commit.Links)
            json.Open('{').Key("relation").Text(link.Relation).Key("target").Text(link.Target).Close('}');
        json.Close(']').Key("message").Text(commit.Message).Key("parents").Open('[');
        foreach (var parent in commit.Parents) json.Text(parent.ToString());
        json.Close(']').Key("timeMs").Number(commit.TimeMs).Key("tree").Text(commit.Tree.ToString());
        json.Key("version").Number(Version).Close('}');
        return buffer;
    }

    private static Commit? Read(JsonElement root)
    {
        if (root.GetProperty("version").GetInt32() != Version) return null;
        if (!Digest.TryParse(root.GetProperty("tree").GetString(), out var tree)) return null;
        var parents = new List<Digest>();
        foreach (var text in root.GetProperty("parents").EnumerateArray())
        {
            if (!Digest.TryParse(text.GetString(), out var parent)) return null;
            parents.Add(parent);
        }

        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var fact in root.GetProperty("facts").EnumerateObject())
        {
            if (fact.Value.GetString() is not { } value || !facts.TryAdd(fact.Name, value)) return null;
        }

        var links = new List<CommitLink>();
        foreach (var link in root.GetProperty("links").EnumerateArray())
        {
            if (link.GetProperty("relation").GetString() is not { } relation) return null;
            if (link.GetProperty("target").GetString() is not { } target) return null;
            links.Add(new CommitLink(relation, target));
        }

        var author = root.GetProperty("author");
        var email = author.TryGetProperty("email", out var given) ? given.GetString() : "";
        if (author.GetProperty("name").GetString() is not { } name || email is null) return null;
        if (root.GetProperty("message").GetString() is not { } message) return null;
        return new Commit(
            tree, parents, new CommitAuthor(name, email), root.GetProperty("timeMs").GetInt64(), message, facts, links);
    }

    /// <summary>How the reader of JSON says that the syntax, a kind, a number or a name is wrong.</summary>
    private static bool IsRefusal(Exception exception) =>
        exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException;

    private static Error Bad(string why) => new(ErrorCode.Corrupted, $"A commit is damaged: {why}.");
}
