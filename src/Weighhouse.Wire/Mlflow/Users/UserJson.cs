using System.Text.Json;
using Weighhouse.Access;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Mlflow.Users;

internal static class UserJson
{
    /// <summary><c>"user": {…}</c></summary>
    public static void WriteMember(Utf8JsonWriter json, User user)
    {
        json.WriteStartObject("user"u8);
        json.WriteNumber("id"u8, user.Number);
        json.WriteString("username"u8, user.Name);
        json.WriteBoolean("is_admin"u8, IsAdmin(user));
        WritePermissions(json, "experiment_permissions"u8, PermissionKind.Experiment, user);
        WritePermissions(json, "registered_model_permissions"u8, PermissionKind.Model, user);
        json.WriteEndObject();
    }

    /// <summary>What MLflow calls an administrator: one of the whole server.</summary>
    public static bool IsAdmin(User user) => user.Grants.Contains(new Grant(Role.Admin, Scope.Server));

    /// <param name="subject">The experiment's id or the model's name.</param>
    public static void WritePermission(Utf8JsonWriter json, PermissionKind kind, string subject, long user, Role role)
    {
        json.WriteString(kind.SubjectField, subject);
        json.WriteNumber("user_id"u8, user);
        json.WriteString("permission"u8, PermissionWords.Of(role));
    }

    private static void WritePermissions(Utf8JsonWriter json, ReadOnlySpan<byte> name, PermissionKind kind, User user)
    {
        json.WriteStartArray(name);
        foreach (var (role, scope) in user.Grants)
        {
            if (scope.Kind != kind.ScopeKind) continue;
            json.WriteStartObject();
            WritePermission(json, kind, scope.Name!, user.Number, role);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
