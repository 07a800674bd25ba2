using Weighhouse.Kernel;
using Weighhouse.Registry.Models;

namespace Weighhouse.Registry.Stages;

/// <summary>The one place that decides whether a version may go from a stage to another, whichever API asks.</summary>
internal static class StageDoor
{
    public static Error? Refuse(Principal caller, StoredModel model, StageList stages, string from, string to)
    {
        var guarded = stages.Stages.FirstOrDefault(stage => stage.IsProtected && (stage.Name == from || stage.Name == to));
        if (guarded is null || from == to) return null;
        return caller.Refuse(Permission.Administer, ModelTable.ScopeOf(model)) is { } refusal
            ? refusal with { Message = $"Stage {guarded.Name} of project '{model.Project}' is protected. {refusal.Message}" }
            : null;
    }
}
