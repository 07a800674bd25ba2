using Weighhouse.Kernel;
using Weighhouse.Tracking.Tags;

namespace Weighhouse.Tracking.Runs;

/// <summary>What a new run may be called, in MLflow's words.</summary>
internal static class RunRules
{
    private const int UserLengthMax = 256;

    public static Error? Refuse(NewRun run, TrackingOptions options)
    {
        if (run.Tags?.Count > options.BatchTotalMax)
            return Error.Invalid(
                $"A run is made with at most {options.BatchTotalMax} tags; got {run.Tags.Count}. Set the others later.", "tags");
        if (run.User?.Length > UserLengthMax)
            return Error.Invalid($"'user_id' exceeds the maximum length of {UserLengthMax} characters", "user_id");
        if (run.StartMs < 0) return Error.Invalid($"start_time is {run.StartMs}; give milliseconds since 1970.", "start_time");
        if (run.Id is { } id && !IsId(id.Text))
            return Error.Invalid($"A run's id has 1 to {RunId.LengthMax} letters, digits, '-' and '_'; got '{id}'.", "run_id");
        return PlainText.Refuse(run.User, "user_id") ?? PlainText.Refuse(run.Name, "run_name");
    }

    /// <summary>The name and the tag must say the same when both are given.</summary>
    public static Error? RefuseTwoNames(string? name, IReadOnlyList<Tag> tags)
    {
        if (string.IsNullOrEmpty(name)) return null;
        foreach (var tag in tags)
        {
            if (tag.Key != TagWriter.RunNameKey || tag.Value == name) continue;
            return Error.Invalid(
                "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values "
                + $"(run_name='{name}', mlflow.runName='{tag.Value}').",
                "run_name");
        }

        return null;
    }

    private static bool IsId(string text)
    {
        if (text.Length is 0 or > RunId.LengthMax || !char.IsAsciiLetterOrDigit(text[0])) return false;
        foreach (var character in text)
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_')) return false;
        return true;
    }
}
