namespace Weighhouse.Data;

/// <summary>
/// Tells others what happened. It is told in the transaction of the fact: what is rolled back was never told, and what is committed is told
/// whatever happens to this process.
/// </summary>
public interface IEvents
{
    ValueTask PublishAsync(DbSession session, EventDraft draft);
}

/// <param name="Type">What happened, in words with dots, from the subject down: "version.stage".</param>
/// <param name="Project">Where; who may see the project's subject may see the event.</param>
/// <param name="SubjectKind">As <see cref="Kernel.Scope.Kinds"/> has it: "model", "repo", "deployment", "experiment".</param>
/// <param name="Actor">Who did it, by name.</param>
/// <param name="DataJson">A JSON object: what was there before, and what is there since.</param>
public sealed record EventDraft(
    string Type, string Project, string SubjectKind, string SubjectName, string Actor, long AtMs, string DataJson);
