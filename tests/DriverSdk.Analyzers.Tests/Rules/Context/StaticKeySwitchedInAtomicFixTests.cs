using DriverSdk.Analyzers.Rules.Context;
using DriverSdk.CodeFixes.Fixes.Context;

namespace DriverSdk.Analyzers.Tests.Rules.Context;

[TestClass]
public sealed class StaticKeySwitchedInAtomicFixTests
{
    private static Task Verify(string members, string fixedMembers) =>
        NicFix.VerifyAsync<StaticKeySwitchedInAtomicAnalyzer, StaticKeySwitchedInAtomicFix>(members, fixedMembers);

    private static Task VerifyNotOffered(string members) =>
        NicFix.VerifyNotOfferedAsync<StaticKeySwitchedInAtomicAnalyzer, StaticKeySwitchedInAtomicFix>(members);

    [TestMethod]
    public Task LastInTheGuard_MovesBehindIt() => Verify("""
        void Start()
        {
            using (_lock.Hold())
            {
                _up = true;
                [|_key.Enable()|];
            }
        }
        """, """
        void Start()
        {
            using (_lock.Hold())
            {
                _up = true;
            }
            _key.Enable();
        }
        """);

    [TestMethod]
    public Task LastInNestedGuards_MovesBehindAll() => Verify("""
        void Start()
        {
            using (_lock.Hold())
            {
                _up = true;
                using (_other.Hold())
                {
                    Touch();
                    [|_key.Enable()|];
                }
            }
        }
        """, """
        void Start()
        {
            using (_lock.Hold())
            {
                _up = true;
                using (_other.Hold())
                {
                    Touch();
                }
            }
            _key.Enable();
        }
        """);

    [TestMethod]
    public Task BeforeTheUnlock_MovesBehindIt() => Verify("""
        void Start()
        {
            _lock.Lock();
            _up = true;
            [|_key.Enable()|];
            _lock.Unlock();
        }

        void Stop()
        {
            _lock.Lock();
            _up = false;
            [|_key.Disable()|];
            _lock.Unlock();
        }
        """, """
        void Start()
        {
            _lock.Lock();
            _up = true;
            _lock.Unlock();
            _key.Enable();
        }

        void Stop()
        {
            _lock.Lock();
            _up = false;
            _lock.Unlock();
            _key.Disable();
        }
        """);

    [TestMethod]
    public Task WorkFollowsUnderTheLock_IsNotOffered() => VerifyNotOffered("""
        void Start()
        {
            using (_lock.Hold())
            {
                [|_key.Enable()|];
                _up = true;
            }
        }
        """);

    [TestMethod]
    public Task NothingElseUnderTheLock_IsNotOffered() => VerifyNotOffered("""
        void Start()
        {
            using (_lock.Hold())
            {
                [|_key.Enable()|];
            }
        }
        """);

    [TestMethod]
    public Task InAHandler_IsNotOffered() => VerifyNotOffered("""
        void Start(IrqNumber irq) => _irqs.RequestIrq(irq, "nic", OnIrq, out _);
        IrqReturn OnIrq(IrqNumber irq)
        {
            using (_lock.Hold())
            {
                Touch();
                [|_key.Enable()|];
            }
            return IrqReturn.Handled;
        }
        """);
}
