using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Binding;

namespace Weighhouse.Wire.Mlflow.Users;

/// <summary>MLflow's words for what a user may do with one experiment or model, and the roles they stand for here.</summary>
internal static class PermissionWords
{
    public const string None = "NO_PERMISSIONS";

    /// <summary>What each word grants. A row of the table in docs/reference/mlflow-compatibility.md.</summary>
    public static readonly IReadOnlyList<(string Word, Role Role)> All =
        [("READ", Role.Viewer), ("EDIT", Role.Contributor), ("MANAGE", Role.Admin), (None, Role.None)];

    /// <summary>Who may approve or deploy may edit besides: MLflow has no word for the rest.</summary>
    public static string Of(Role role) => role switch
    {
        Role.None => None,
        Role.Viewer => "READ",
        Role.Contributor or Role.Approver or Role.Deployer => "EDIT",
        Role.Admin => "MANAGE",
        _ => Invariant.Unreachable<string>(role),
    };

    public static Role Bind(MlflowFields fields)
    {
        var word = fields.Required("permission");
        foreach (var (known, role) in All)
            if (known == word) return role;
        var valid = string.Join(", ", All.Select(static known => $"'{known.Word}'"));
        fields.Problems.Add(Error.Invalid(
            $"Invalid permission '{PlainText.Cut(word, 100)}'. Valid permissions are: ({valid})", "permission"));
        return Role.None;
    }
}
