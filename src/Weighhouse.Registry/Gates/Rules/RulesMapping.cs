using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Weighhouse.Registry.Gates.Rules;

/// <summary>
/// A mapping of a rules file. What is wrong is collected with its line, so that all of it is told at once; what is read wrong comes back
/// as a default.
/// </summary>
internal sealed class RulesMapping(YamlNode? node, string path, List<string> problems)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly YamlMappingNode? _mapping = node as YamlMappingNode;

    public string Path => path;

    public long Line => node?.Start.Line ?? 1;

    public void Problem(string what) => problems.Add($"line {Line}: {(path.Length == 0 ? "" : $"{path}: ")}{what}");

    /// <summary>The entries in order, whatever they are called.</summary>
    public IEnumerable<(string Key, RulesMapping Value)> Entries()
    {
        if (_mapping is null)
        {
            RefuseOther();
            yield break;
        }

        foreach (var (key, value) in _mapping.Children)
            if (key is YamlScalarNode { Value: { } name }) yield return (name, new RulesMapping(value, Below(name), problems));
    }

    public RulesMapping Map(string key) => new(Child(key), Below(key), problems);

    /// <summary>The entries of a list of mappings.</summary>
    public IEnumerable<RulesMapping> Maps(string key)
    {
        var child = Child(key);
        if (child is null) return [];
        if (child is YamlSequenceNode list) return list.Select((item, at) => new RulesMapping(item, $"{Below(key)}[{at}]", problems));
        Problem($"{key} is a list: begin its lines with '-'");
        return [];
    }

    public string? Text(string key) => Child(key) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } text } => text,
        _ => Wrong<string>(key, "a text"),
    };

    public string Need(string key)
    {
        if (Text(key) is { } text) return text;
        if (Child(key) is null) Problem($"{key} is absent");
        return "";
    }

    public bool Flag(string key, bool absent) => Text(key) switch
    {
        null => absent,
        "true" => true,
        "false" => false,
        var other => Wrong(key, $"true or false, not '{other}'") ?? absent,
    };

    public int Count(string key, int absent, int min, int max) =>
        Text(key) is not { } text ? absent
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number
        : Wrong(key, $"a whole number from {min} to {max}, not '{text}'", absent);

    public double? Number(string key)
    {
        if (Text(key) is not { } text) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return number;
        return Wrong(key, $"a number, not '{text}'", 0);
    }

    public long? Instant(string key)
    {
        if (Text(key) is not { } text) return null;
        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at.ToUnixTimeMilliseconds()
            : Wrong(key, $"a time such as 2026-05-03T14:03Z, not '{text}'", 0);
    }

    public IReadOnlyList<string> Texts(string key)
    {
        var child = Child(key);
        if (child is null) return [];
        if (child is YamlSequenceNode list && list.All(static item => item is YamlScalarNode { Value.Length: > 0 }))
            return [.. list.Select(static item => ((YamlScalarNode)item).Value!).Distinct(StringComparer.Ordinal)];
        Problem($"{key} is a list of names, such as [ann, bob]");
        return [];
    }

    /// <summary>Complains of names that nobody asked for: a slip must not be a gate that is not there.</summary>
    public void Finish()
    {
        if (_mapping is null)
        {
            RefuseOther();
            return;
        }

        foreach (var key in _mapping.Children.Keys)
        {
            if (key is YamlScalarNode { Value: { } name } && _read.Contains(name)) continue;
            problems.Add(
                $"line {key.Start.Line}: {(path.Length == 0 ? "" : $"{path}: ")}{key} means nothing here; "
                + $"known are {string.Join(", ", _read.Order(StringComparer.Ordinal))}");
        }
    }

    /// <summary>Nothing at all is as good as an empty mapping.</summary>
    private void RefuseOther()
    {
        if (node is not (null or YamlScalarNode { Value: null or "" or "~" or "null" }))
            Problem("names and what belongs to them are expected");
    }

    private YamlNode? Child(string key)
    {
        _read.Add(key);
        return _mapping is not null && _mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
    }

    private string Below(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private T? Wrong<T>(string key, string expected) where T : class
    {
        Problem($"{key} must be {expected}");
        return null;
    }

    private bool? Wrong(string key, string expected)
    {
        Problem($"{key} must be {expected}");
        return null;
    }

    private T Wrong<T>(string key, string expected, T absent)
    {
        Problem($"{key} must be {expected}");
        return absent;
    }
}
