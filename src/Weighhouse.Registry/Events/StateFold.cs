using System.Globalization;
using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Events;

/// <summary>Follows a model's events in their order; what it is after the last is what the model was then.</summary>
internal sealed class StateFold(string project)
{
    private readonly SortedDictionary<string, string> _tags = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, AliasState> _aliases = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, VersionFold> _versions = [];
    private string? _name;
    private string? _description;
    private long _createdMs;
    private string _createdBy = "";

    /// <summary>Null before the model was made and after it was deleted.</summary>
    public ModelState? State => _name is null
        ? null
        : new ModelState(
            project, _name, _description, _createdMs, _createdBy, [.. _tags.Select(static tag => new Tag(tag.Key, tag.Value))],
            [.. _aliases.Values], [.. _versions.Values.Select(static version => version.State)]);

    public void Apply(RegistryEvent change)
    {
        var isOfVersion = change.Action.StartsWith("version.", StringComparison.Ordinal);
        if (isOfVersion && change.Version is { } version) ApplyToVersion(change, version);
        else ApplyToModel(change);
    }

    private void ApplyToModel(RegistryEvent change)
    {
        switch (change.Action)
        {
            case "model.create":
                (_name, _createdMs, _createdBy) = (change.Model, change.AtMs, change.Actor);
                _description = EventJson.Member(change.After, "description");
                AddTags(_tags, EventJson.Member(change.After, "tags"));
                break;
            case "model.rename":
                _name = EventJson.Member(change.After, "name");
                break;
            case "model.describe":
                _description = EventJson.Member(change.After, "description");
                break;
            case "model.delete":
                _name = null;
                break;
            case "model.tag.set" or "model.tag.delete":
                ApplyTag(_tags, change);
                break;
            case "alias.set":
                var alias = EventJson.Member(change.After, "alias")!;
                var target = long.Parse(EventJson.Member(change.After, "version")!, CultureInfo.InvariantCulture);
                // Pointing an alias where it points already is no news.
                if (_aliases.TryGetValue(alias, out var known) && known.Version == target) break;
                _aliases[alias] = new AliasState(alias, target, change.AtMs, change.Actor);
                break;
            case "alias.delete":
                _aliases.Remove(EventJson.Member(change.Before, "alias")!);
                break;
        }
    }

    private void ApplyToVersion(RegistryEvent change, long number)
    {
        if (change.Action is "version.create")
        {
            _versions[number] = new VersionFold(change, number);
            return;
        }

        if (!_versions.TryGetValue(number, out var version)) return;
        switch (change.Action)
        {
            case "version.describe":
                version.Description = EventJson.Member(change.After, "description");
                break;
            case "version.stage":
                version.Move(EventJson.Member(change.After, "stage")!, change);
                break;
            case "version.commit":
                version.Commit = EventJson.Member(change.After, "commit");
                break;
            case "version.delete":
                _versions.Remove(number);
                break;
            case "version.tag.set" or "version.tag.delete":
                ApplyTag(version.Tags, change);
                break;
        }
    }

    private static void ApplyTag(SortedDictionary<string, string> tags, RegistryEvent change)
    {
        if (change.After is { } after) tags[EventJson.Member(after, "key")!] = EventJson.Member(after, "value")!;
        else tags.Remove(EventJson.Member(change.Before, "key")!);
    }

    /// <param name="json">What <see cref="EventJson.OfTags"/> made of the tags of something just made.</param>
    private static void AddTags(SortedDictionary<string, string> tags, string? json)
    {
        if (json is null) return;
        foreach (var (key, value) in JsonSerializer.Deserialize(json, StoredJson.Default.DictionaryStringString)!) tags[key] = value;
    }

    private sealed class VersionFold
    {
        private readonly RegistryEvent _made;
        private readonly long _number;
        private string _stage;
        private (long Ms, string By) _since;

        public VersionFold(RegistryEvent made, long number)
        {
            (_made, _number, _since) = (made, number, (made.AtMs, made.Actor));
            // Versions made before a project could choose its stages began in None, and their events did not say so.
            _stage = EventJson.Member(made.After, "stage") ?? StageList.Default.First.Name;
            Description = EventJson.Member(made.After, "description");
            Commit = EventJson.Member(made.After, "commit");
            AddTags(Tags, EventJson.Member(made.After, "tags"));
        }

        /// <summary>Null until one is made of a version older than repositories.</summary>
        public string? Commit { get; set; }

        public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

        public string? Description { get; set; }

        public ModelVersionState State => new(
            _number, _stage, _since.Ms, _since.By, EventJson.Member(_made.After, "source")!, EventJson.Member(_made.After, "run_id"),
            Commit, Description, _made.AtMs, _made.Actor,
            [.. Tags.Select(static tag => new Tag(tag.Key, tag.Value))]);

        public void Move(string stage, RegistryEvent change)
        {
            if (stage == _stage) return;
            (_stage, _since) = (stage, (change.AtMs, change.Actor));
        }
    }
}
