using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Testing;

namespace Platform.Api.Tests.Security;

/// <summary>The request of a signed-in caller as an endpoint sees it. The route's metadata decides about key and origin.</summary>
public sealed class CallTests
{
    private const string Key = "one";
    private static readonly Guid Resource = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);
    private readonly ManualTime _time = new();
    private readonly AccessToken _token;

    public CallTests()
    {
        var now = _time.GetUtcNow();
        var (user, organisation, session) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        _token = new AccessToken(user, organisation, session, Guid.CreateVersion7(now), now, now, "aal1", now, 0);
    }

    [Fact]
    public async Task Binding_it_sets_the_caller_of_grain_calls_for_the_whole_handler()
    {
        await HandleAsync();
        Assert.Null(Caller.Organisation); // Not set outside the handler.

        async Task HandleAsync()
        {
            var call = await Call.BindAsync(Request(null), null!);
            Assert.Equal(_token.OrganisationId, Caller.Organisation);
            await Task.Yield();
            Assert.Equal(_token.OrganisationId, Caller.Organisation);
            Assert.Equal((_token.OrganisationId, _token.UserId, _time.GetUtcNow()), (call!.OrganisationId, call.UserId, call.Now));
        }
    }

    [Fact]
    public void A_key_makes_the_same_operation_again_within_organisation_scope_and_resource()
    {
        var operation = CallOf(Key).Operation("charges", Resource);
        Assert.Equal(OperationId.FromKey($"{_token.OrganisationId:N}/charges/{Resource:N}", Key), operation.Id);
        var transfer = CallOf(Key).Operation("transfers");
        Assert.Equal(OperationId.FromKey($"{_token.OrganisationId:N}/transfers/{Guid.Empty:N}", Key), transfer.Id);
        _time.Advance(TimeSpan.FromDays(1));
        var again = CallOf(Key).Operation("charges", Resource);
        Assert.Equal((operation.Id, operation.NewId(), operation.NewId(2)), (again.Id, again.NewId(), again.NewId(2)));
        Assert.NotEqual(operation.NewId(1), operation.NewId(2));
    }

    [Fact]
    public void Without_a_key_each_request_is_a_new_operation()
    {
        var call = CallOf(null);
        Assert.NotEqual(call.Operation("roles").Id, call.Operation("roles").Id);
    }

    [Fact]
    public void A_route_that_moves_money_needs_a_key()
    {
        Assert.Equal("idempotency-key-required", CodeOf(CallOf(null, new MovesMoneyMark()), call => call.Context("charges", Resource)));
        var import = CallOf(null, new MovesMoneyMark(RowByRow: true));
        Assert.Equal("idempotency-key-required", CodeOf(import, call => call.Operation("imports")));
        Assert.NotEqual(default, CallOf(Key, new MovesMoneyMark()).Context("charges", Resource).Operation);
    }

    [Fact]
    public void A_command_carries_its_origin_unless_it_moves_money_and_is_not_audited()
    {
        Assert.NotNull(CallOf(Key).Context("roles").Origin);
        Assert.Null(CallOf(Key, new MovesMoneyMark()).Context("charges", Resource).Origin);
        Assert.NotNull(CallOf(Key, new MovesMoneyMark(), new AuditedMark()).Context("refunds", Resource).Origin);
    }

    [Fact]
    public void An_answer_shown_once_is_always_a_new_operation_and_its_key_is_validated()
    {
        var call = CallOf(Key);
        var (one, other) = (call.FreshContext(), call.FreshContext());
        Assert.NotEqual(one.Operation, other.Operation);
        Assert.Equal((_token.OrganisationId, _token.UserId), (one.OrganisationId, one.ActorId));
        Assert.Equal("invalid-idempotency-key", CodeOf(CallOf(new string('k', 129)), call => call.FreshContext()));
        Assert.Equal("invalid-idempotency-key", CodeOf(CallOf(""), call => call.CheckKey()));
    }

    private static string CodeOf(Call call, Action<Call> act) => Assert.Throws<ProblemException>(() => act(call)).Problem.Code;

    private Call CallOf(string? key, params object[] marks)
    {
        var bound = Call.BindAsync(Request(key, marks), null!).AsTask();
        Assert.True(bound.IsCompletedSuccessfully); // Otherwise the caller that it sets for grain calls would be lost.
        return bound.Result!;
    }

    private DefaultHttpContext Request(string? key, params object[] marks)
    {
        var services = new ServiceCollection().AddSingleton<EntityGrains>().AddSingleton<TimeProvider>(_time).BuildServiceProvider();
        var http = new DefaultHttpContext { RequestServices = services, User = new SignedIn(_token) };
        http.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(marks), null));
        if (key is not null)
        {
            http.Request.Headers["Idempotency-Key"] = key;
        }

        return http;
    }
}
