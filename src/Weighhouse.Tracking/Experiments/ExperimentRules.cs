using Weighhouse.Kernel;
using Weighhouse.Tracking.Keys;

namespace Weighhouse.Tracking.Experiments;

/// <summary>What an experiment may be called and say of itself, in MLflow's words.</summary>
internal static class ExperimentRules
{
    public static Error? RefuseName(string? name, TrackingOptions options)
    {
        if (string.IsNullOrEmpty(name)) return Error.Invalid($"Invalid experiment name: '{name}'", "name");
        if (name.Length > options.ExperimentNameLengthMax)
            return Error.Invalid($"'name' exceeds the maximum length of {options.ExperimentNameLengthMax} characters", "name");
        return PlainText.Refuse(name, "name");
    }

    public static Error? RefuseLocation(string? location, TrackingOptions options)
    {
        if (string.IsNullOrEmpty(location)) return null;
        if (location.StartsWith("runs:", StringComparison.Ordinal))
            return Error.Invalid($"Artifact location cannot be a runs:/ URI. Given: '{location}'", "artifact_location");
        if (location.Length > options.ArtifactLocationLengthMax)
            return Error.Invalid(
                "Invalid artifact path length. The length of the artifact path cannot be greater than "
                + $"{options.ArtifactLocationLengthMax} characters.",
                "artifact_location");
        if (location.Contains('#', StringComparison.Ordinal) || location.Contains(';', StringComparison.Ordinal))
            return Error.Invalid("'artifact_location' URL can't include fragments or params.", "artifact_location");
        if (location.Split('/', '\\').Contains(".."))
            return Error.Invalid($"Artifact location '{location}' has a '..' segment. Name the place itself.", "artifact_location");
        return PlainText.Refuse(location, "artifact_location");
    }

    public static Error? RefuseProject(string project, TrackingOptions options)
    {
        if (project.Length == 0 || project.Length > options.ProjectLengthMax)
            return Error.Invalid(
                $"A project's name has 1 to {options.ProjectLengthMax} characters; '{project}' has {project.Length}.", "project");
        foreach (var character in project)
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.'))
                return Error.Invalid(
                    $"A project's name has letters, digits, '-', '_' and '.' only; '{project}' has '{character}'.", "project");
        return null;
    }

    public static Error? RefuseTag(Tag tag, TrackingOptions options)
    {
        if (EntityName.Refuse(tag.Key, "key", "key", options.KeyLengthMax) is { } refusal) return refusal;
        if (tag.Value is null) return Error.Invalid("Missing value for required parameter 'value'.", "value");
        if (tag.Value.Length > options.ExperimentTagLengthMax)
            return Error.Invalid($"'value' exceeds the maximum length of {options.ExperimentTagLengthMax} characters", "value");
        return PlainText.Refuse(tag.Value, "value");
    }
}
