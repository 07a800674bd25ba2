using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Stages;

namespace Weighhouse.Registry.Promotions;

/// <summary>What a promotion leaves behind: its request closed, and how the version got in, in the history and in the audit log.</summary>
internal static class PromotionCloser
{
    /// <summary>Others approved that versions are replaced, or that they stay: neither is decided anew by who promotes.</summary>
    public static Error? Refuse(Passage passage, bool? archivesOthers, Stage target) =>
        passage is { IsApproved: true, Request.Request: { } request } && archivesOthers is { } asked
            && asked != (request.ArchivesOthers ?? target.ArchivesOthers)
            ? Error.Precondition(
                $"Promotion request {request.Number} was approved {(asked ? "without archiving" : "with archiving")} the versions that are "
                + $"in {target.Name}. Ask for that, or open another request.") with { Field = "archiveOthers" }
            : null;

    public static async ValueTask CloseAsync(
        DbSession session, Change change, StoredModel model, ModelVersionId id, Stage target, Passage passage, string? overrideReason)
    {
        if (overrideReason is not null)
        {
            await EventTable.AddAsync(
                session, change, model, id.Version, "version.override", null,
                EventJson.Of(("stage", target.Name), ("reason", overrideReason), ("overridden", Joined(passage))));
        }

        if (passage.Request is not { Request: var request }) return;
        await RequestTable.CloseAsync(session, request.Number, RequestState.Promoted, change.Caller.Name, change.NowMs);
        await EventTable.AddAsync(
            session, change, model, id.Version, "request.promote", null,
            EventJson.Of(("request", $"{request.Number}"), ("stage", target.Name)));
    }

    public static AuditEntry Audit(
        Principal caller, ModelVersionId id, string before, string after, Passage passage, string? overrideReason) =>
        new(
            caller.Name,
            overrideReason is null ? "model.stage" : "model.stage.override",
            $"model:{id}",
            EventJson.OfStage(before),
            EventJson.Of(
                ("stage", after),
                ("request", passage.Request is { Request.Number: var number } ? $"{number}" : null),
                ("reason", overrideReason),
                ("overridden", overrideReason is null ? null : Joined(passage))));

    private static string? Joined(Passage passage) => passage.Overridden.Count == 0 ? null : string.Join("; ", passage.Overridden);
}
