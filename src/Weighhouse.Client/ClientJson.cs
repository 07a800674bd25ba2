using System.Text.Json;
using System.Text.Json.Serialization;
using Weighhouse.Client.Access;
using Weighhouse.Client.Http;

namespace Weighhouse.Client;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Identity))]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(NewUser))]
[JsonSerializable(typeof(UserChange))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(IssuedToken))]
[JsonSerializable(typeof(ProjectList))]
[JsonSerializable(typeof(NewProject))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(AuditVerdict))]
internal sealed partial class ClientJson : JsonSerializerContext;
