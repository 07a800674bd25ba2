namespace Weighhouse.Registry.Models;

/// <summary>A registered model's own row.</summary>
/// <param name="RepositoryNumber">Null until it has one.</param>
/// <param name="IsReady">Whether every version has a commit, and every alias and stage a ref.</param>
internal sealed record StoredModel(
    long Number, string Project, string Name, string? Description, long CreatedMs, long UpdatedMs, long? RepositoryNumber,
    string? Repository, bool IsReady);
