namespace Weighhouse.Kernel;

/// <summary>What an endpoint or an operation asks of its caller. Each includes those above it only through <see cref="Role"/>.</summary>
public enum Permission
{
    /// <summary>Anybody at all: health, version, sign-in.</summary>
    Anyone,
    /// <summary>Anybody who has proved who they are.</summary>
    SignedIn,
    View,
    Contribute,
    Approve,
    Deploy,
    Administer,
}

/// <summary>A named bundle of permissions, granted to a user on a scope.</summary>
public enum Role
{
    None,
    Viewer,
    Contributor,
    Approver,
    Deployer,
    Admin,
}

public static class RoleExtensions
{
    /// <summary>Whether the role carries the permission. Approving and deploying are separate duties: neither includes the other.</summary>
    public static bool Allows(this Role role, Permission permission) => permission switch
    {
        Permission.Anyone => true,
        Permission.SignedIn => true,
        Permission.View => role is not Role.None,
        Permission.Contribute => role is Role.Contributor or Role.Approver or Role.Deployer or Role.Admin,
        Permission.Approve => role is Role.Approver or Role.Admin,
        Permission.Deploy => role is Role.Deployer or Role.Admin,
        Permission.Administer => role is Role.Admin,
        _ => Invariant.Unreachable<bool>(permission),
    };

    /// <summary>Whether whoever holds this role may do all that the other may. Approver and deployer: neither includes the other.</summary>
    public static bool Includes(this Role role, Role other)
    {
        foreach (var permission in Enum.GetValues<Permission>())
            if (other.Allows(permission) && !role.Allows(permission)) return false;
        return true;
    }
}
