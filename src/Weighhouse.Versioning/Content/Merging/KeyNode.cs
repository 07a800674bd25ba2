using System.Text.Json;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>A JSON value as far as a merge looks into it: objects by key, everything else as a whole.</summary>
/// <param name="Text">Of what is no object, without blanks.</param>
/// <param name="Members">Of an object, in order.</param>
internal sealed record KeyNode(string? Text, IReadOnlyList<KeyValuePair<string, KeyNode>>? Members)
{
    private const int DepthMax = 64;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DepthMax };

    /// <summary>Null when it is no JSON, or an object has a key twice.</summary>
    public static KeyNode? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            var isMarked = json.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]);
            using var document = JsonDocument.Parse(isMarked ? json[3..] : json, Strict);
            return Of(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public KeyNode? this[string key]
    {
        get
        {
            foreach (var (name, member) in Members ?? [])
                if (name == key) return member;
            return null;
        }
    }

    /// <summary>Whether both hold the same, whatever the order of their keys.</summary>
    public static bool Same(KeyNode? one, KeyNode? other)
    {
        if (one is null || other is null) return one is null && other is null;
        if (one.Members is null || other.Members is null) return one.Members is null && other.Members is null && one.Text == other.Text;
        if (one.Members.Count != other.Members.Count) return false;
        var known = other.Members.ToDictionary(StringComparer.Ordinal);
        return one.Members.All(member => known.TryGetValue(member.Key, out var twin) && Same(member.Value, twin));
    }

    /// <summary>The three merged key by key; where sides disagree, ours stands and the outcome says so. Null for nothing.</summary>
    public static KeyNode? Merge(string path, KeyNode? origin, KeyNode? ours, KeyNode? theirs, MergeOutcome outcome)
    {
        if (Same(ours, theirs) || Same(origin, theirs)) return ours;
        if (Same(origin, ours)) return theirs;
        if (ours?.Members is null || theirs?.Members is null || (origin is not null && origin.Members is null))
        {
            outcome.Disagree(path.Length == 0 ? "the whole" : path, origin?.Show(), ours?.Show(), theirs?.Show());
            return ours;
        }

        var members = new List<KeyValuePair<string, KeyNode>>();
        var (here, there) = (ours.ByName(), theirs.ByName());
        var old = origin?.ByName() ?? [];
        foreach (var key in ours.Members.Select(static member => member.Key).Union(theirs.Members.Select(static member => member.Key)))
        {
            var merged = Merge(
                path.Length == 0 ? key : $"{path}.{key}", old.GetValueOrDefault(key), here.GetValueOrDefault(key),
                there.GetValueOrDefault(key), outcome);
            if (merged is not null) members.Add(new(key, merged));
        }

        return new KeyNode(null, members);
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        if (Members is null)
        {
            using var value = JsonDocument.Parse(Text!, Strict);
            value.RootElement.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var (key, member) in Members)
        {
            writer.WritePropertyName(key);
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private Dictionary<string, KeyNode> ByName() => Members!.ToDictionary(StringComparer.Ordinal);

    private string Show() => Text ?? $"an object of {Members!.Count} keys";

    private static KeyNode Of(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) return new KeyNode(JsonSerializer.Serialize(element), null);
        var members = new List<KeyValuePair<string, KeyNode>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (!names.Add(member.Name)) throw new JsonException($"'{member.Name}' stands twice.");
            members.Add(new(member.Name, Of(member.Value)));
        }

        return new KeyNode(null, members);
    }
}
