using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Users;

/// <summary>A user as the tables have it.</summary>
internal sealed record StoredUser(long Number, string Name, string? PasswordHash, bool IsDisabled, long CreatedMs)
{
    public static StoredUser Read(DbRow row) => new(row.Long(0), row.Text(1), row.TextOrNull(2), row.Bool(3), row.Long(4));

    public User With(IReadOnlyList<Grant> grants) => new(Number, Name, IsDisabled, CreatedMs, grants);
}
