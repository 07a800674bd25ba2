using System.Net;

namespace Weighhouse.Http.Egress;

/// <summary>Looks up the addresses of a name. A seam: names that change their mind cannot be had of the system.</summary>
internal delegate Task<IPAddress[]> AddressResolver(string host, CancellationToken cancellation);
