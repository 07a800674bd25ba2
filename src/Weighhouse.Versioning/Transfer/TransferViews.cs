namespace Weighhouse.Versioning.Transfer;

/// <summary>What a client must know before it begins.</summary>
/// <param name="Protocol">The version of this protocol: 1.</param>
internal sealed record DoorView(
    int Protocol, string Project, string Name, string DefaultBranch, long NegotiatedIdsMax, long UploadPartBytesMax, long PlanObjectsMax);

/// <param name="Old">Where the ref is, as an id; absent when it must not exist.</param>
/// <param name="New">Where it goes; absent to delete it.</param>
internal sealed record PushedRef(string? Name, string? Old, string? New, bool Force);

/// <param name="Commits">The ids of the commits sent, parents before children.</param>
internal sealed record RefsPushRequest(IReadOnlyList<PushedRef>? Changes, IReadOnlyList<string>? Commits, string? Reason);

/// <param name="Want">Commits to have, with their histories.</param>
/// <param name="Have">Commits that are there already, with their histories.</param>
/// <param name="Lacking">Base64 of a bit for each object of the part asked for, lowest first: 0 leaves it out. Absent for all.</param>
internal sealed record PlanRequest(IReadOnlyList<string>? Want, IReadOnlyList<string>? Have, string? Lacking);

/// <summary>What a client reads of a problem.</summary>
internal sealed record ProblemView(string? Detail, string? Code);
