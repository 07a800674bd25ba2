namespace Weighhouse.Registry.Events;

/// <summary>Compares two states of a model, fact by fact.</summary>
internal static class StateDiff
{
    public static IReadOnlyList<StateDifference> Of(ModelState? before, ModelState? after)
    {
        var (old, current) = (FactsOf(before), FactsOf(after));
        return
        [
            .. old.Keys.Union(current.Keys)
                .Where(key => old.GetValueOrDefault(key) != current.GetValueOrDefault(key))
                .Order(StringComparer.Ordinal)
                .Select(key => new StateDifference(key, old.GetValueOrDefault(key), current.GetValueOrDefault(key))),
        ];
    }

    private static Dictionary<string, string> FactsOf(ModelState? state)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (state is null) return facts;
        facts["model"] = state.Name;
        if (state.Description is { } description) facts["description"] = description;
        foreach (var tag in state.Tags) facts[$"tag:{tag.Key}"] = tag.Value;
        foreach (var alias in state.Aliases) facts[$"alias:{alias.Alias}"] = $"{alias.Version}";
        foreach (var version in state.Versions)
        {
            var name = $"version:{version.Version}";
            facts[name] = version.Source;
            facts[$"{name}/stage"] = version.Stage;
            if (version.Description is { } text) facts[$"{name}/description"] = text;
            foreach (var tag in version.Tags) facts[$"{name}/tag:{tag.Key}"] = tag.Value;
        }

        return facts;
    }
}
