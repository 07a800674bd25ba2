using Weighhouse.Kernel;
using Weighhouse.Registry.Models;

namespace Weighhouse.Registry.Stages;

/// <summary>The one place that decides whether a version may go from a stage to another, or be named as one, whichever API asks.</summary>
internal static class StageDoor
{
    public static Error? Refuse(Principal caller, StoredModel model, StageList stages, string from, string to)
    {
        var guarded = stages.Stages.FirstOrDefault(stage => stage.IsProtected && (stage.Name == from || stage.Name == to));
        return guarded is null || from == to ? null : RefuseAt(guarded, caller, model, "");
    }

    /// <summary>
    /// Whether an alias may be pointed elsewhere or taken away: one that is called as a protected stage, whatever its case, is another
    /// spelling of it to those who load the model, and moves as the stage does.
    /// </summary>
    public static Error? RefuseAlias(Principal caller, StoredModel model, StageList stages, string alias)
    {
        var guarded = stages.Stages.FirstOrDefault(
            stage => stage.IsProtected && stage.Name.Equals(alias, StringComparison.OrdinalIgnoreCase));
        return guarded is null ? null : RefuseAt(guarded, caller, model, $"Alias '{alias}' stands for it. ");
    }

    private static Error? RefuseAt(Stage guarded, Principal caller, StoredModel model, string why) =>
        caller.Refuse(Permission.Administer, ModelTable.ScopeOf(model)) is { } refusal
            ? refusal with { Message = $"Stage {guarded.Name} of project '{model.Project}' is protected. {why}{refusal.Message}" }
            : null;
}
