using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weighhouse.Access;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WhoAmI))]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(CreateUserRequest))]
[JsonSerializable(typeof(ChangeUserRequest))]
[JsonSerializable(typeof(GrantView))]
[JsonSerializable(typeof(TokenAudit))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(IssuedTokenView))]
[JsonSerializable(typeof(CreateTokenRequest))]
[JsonSerializable(typeof(ProjectList))]
[JsonSerializable(typeof(ProjectView))]
[JsonSerializable(typeof(CreateProjectRequest))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(AuditVerdict))]
internal sealed partial class AccessJson : JsonSerializerContext;
