namespace Weighhouse.Registry.Models;

/// <summary>A registered model's own row.</summary>
internal sealed record StoredModel(long Number, string Project, string Name, string? Description, long CreatedMs, long UpdatedMs);
