namespace Weighhouse.Kernel;

/// <summary>
/// The permission an endpoint asks of its caller, attached to it as metadata: <c>.WithMetadata(Policy.View)</c>.
/// An endpoint without one stops the start-up. The object's own scope is checked by the operation behind the endpoint.
/// </summary>
public sealed record EndpointPolicy(Permission Permission);

public static class Policy
{
    public static readonly EndpointPolicy Anyone = new(Permission.Anyone);
    public static readonly EndpointPolicy SignedIn = new(Permission.SignedIn);
    public static readonly EndpointPolicy View = new(Permission.View);
    public static readonly EndpointPolicy Contribute = new(Permission.Contribute);
    public static readonly EndpointPolicy Approve = new(Permission.Approve);
    public static readonly EndpointPolicy Deploy = new(Permission.Deploy);
    public static readonly EndpointPolicy Administer = new(Permission.Administer);
}
