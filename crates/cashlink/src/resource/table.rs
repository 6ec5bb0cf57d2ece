//! The table that a noun is written in: one row per operation.

/// Defines a noun of the API: a handle with one method for each operation.
///
/// A row is the signature of a method and, after `=`, the operation that it calls:
///
/// ```text
/// resource! {
///     /// Creates and reads the wallets of one investor.
///     pub struct Wallets(investor_id: InvestorId);
///
///     /// Reads one wallet.
///     pub fn retrieve(id: WalletId) -> Query<Wallet> = v2_investors_wallets_retrieve;
///     /// Allows or forbids transfers to the wallet.
///     pub fn update(id: WalletId, wallet: &WalletUpdate) -> Mutation<Wallet> = v2_investors_wallets_partial_update;
/// }
/// ```
///
/// What is sent is written once, when the method is called, and needs no types from there on. The generated method of the
/// operation is named but never called: it holds the ids, the body and the reply to the types of the description.
///
/// A method takes an id, a body (which is borrowed), both or neither, and returns a `Mutation`, a `Query` or a
/// `Listing`. The operation gets, in this order: the ids in parentheses after the name of the struct, the method's own
/// id, the idempotency key of a mutation or the page of a listing, and the body. What departs from that stands after
/// the operation:
///
/// - `without key`: the change sets absolute values, and the API takes no key for it;
/// - `without pages`: the list comes whole;
/// - `with product_id`: the list can be narrowed to a product;
/// - `with upload`: the body is a document, which is uploaded.
///
/// What fits no row stands in an `impl` block below the table.
macro_rules! resource {
    ($(#[$about:meta])* pub struct $Resource:ident; $($rows:tt)*) => {
        $crate::resource::resource! { $(#[$about])* pub struct $Resource(); $($rows)* }
    };
    (
        $(#[$about:meta])*
        pub struct $Resource:ident($($parent:ident: $Parent:ident),*);
        $($rows:tt)*
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug)]
        pub struct $Resource<'a> {
            client: &'a $crate::Cashlink,
            $($parent: $Parent,)*
        }

        impl<'a> $Resource<'a> {
            pub(crate) fn new(client: &'a $crate::Cashlink $(, $parent: $Parent)*) -> Self {
                Self { client $(, $parent)* }
            }
        }

        $crate::resource::resource! { @rows $Resource [$($parent)*] $($rows)* }
    };
    (@rows $Resource:ident $parents:tt $(
        $(#[$docs:meta])*
        pub fn $method:ident $arguments:tt -> $Call:ident<$Reply:ty> = $operation:ident $($word:ident $what:ident)?;
    )*) => {
        impl $Resource<'_> {
            $($crate::resource::resource! {
                @row $parents $arguments $Call [$(#[$docs])*] $method $Reply, [$operation $($word $what)?]
            })*
        }
    };
    (@row $parents:tt ($($id:ident: $Id:ident)?) $($rest:tt)*) => {
        $crate::resource::resource! { @method $parents [$($id: $Id)?] [] $($rest)* }
    };
    (@row $parents:tt ($body:ident: &$Body:ty) $($rest:tt)*) => {
        $crate::resource::resource! { @method $parents [] [$body: $Body] $($rest)* }
    };
    (@row $parents:tt ($id:ident: $Id:ident, $body:ident: &$Body:ty) $($rest:tt)*) => {
        $crate::resource::resource! { @method $parents [$id: $Id] [$body: $Body] $($rest)* }
    };
    (
        @method [$($parent:ident)*] [$($id:ident: $Id:ident)?] [$($body:ident: $Body:ty)?]
        $Call:ident [$(#[$docs:meta])*] $method:ident $Reply:ty, $operation:tt
    ) => {
        $(#[$docs])*
        pub fn $method(&self $(, $id: $Id)? $(, $body: &$Body)?) -> $Call<$Reply> {
            $(let $parent = self.$parent;)*
            $crate::resource::resource!(@$Call self.client, [$($parent)* $($id)?] [$($body)?] $operation)
        }
    };
    (@Mutation $client:expr, [$($id:ident)*] [$($body:ident)?] [$operation:ident]) => {
        // A key that the operation may go without is an `Option` there.
        $crate::call::Mutation::of(
            $client,
            $crate::resource::resource!(@request $operation [$($id)*] [$($body)?]),
            |api| async move { api.$operation($(&$id,)* "".into() $(, &$body.to_owned())?).await },
        )
    };
    (@Mutation $client:expr, [$($id:ident)*] [$body:ident] [$operation:ident without key]) => {
        $crate::call::Mutation::of(
            $client,
            $crate::resource::resource!(@request $operation [$($id)*] [$body]),
            |api| async move { api.$operation($(&$id,)* &$body.to_owned()).await },
        )
    };
    (@Mutation $client:expr, [] [$file:ident] [$operation:ident with upload]) => {{
        let $file = ::std::sync::Arc::new($file.to_owned());
        $crate::upload::upload($client, $crate::resource::resource!(@find $operation), $file, |api, upload| {
            Box::pin(async move { api.$operation(&upload.content_type, &upload.key, upload.body).await })
        })
    }};
    (@Query $client:expr, [$($id:ident)*] [] [$operation:ident]) => {
        $crate::call::Query::of(
            $client,
            $crate::resource::resource!(@request $operation [$($id)*] []),
            |api| async move { api.$operation($(&$id),*).await },
        )
    };
    (@Listing $client:expr, [$($id:ident)*] [] [$operation:ident]) => {
        $crate::page::Listing::of(
            $client,
            $crate::resource::resource!(@request $operation [$($id)*] []),
            |api| async move { api.$operation($(&$id,)* None, None).await },
        )
    };
    (@Listing $client:expr, [$($id:ident)*] [] [$operation:ident without pages]) => {
        $crate::page::Listing::of(
            $client,
            $crate::resource::resource!(@request $operation [$($id)*] []).whole(),
            |api| async move { api.$operation($(&$id),*).await },
        )
    };
    (@Listing $client:expr, [$($id:ident)*] [] [$operation:ident with product_id]) => {
        $crate::page::Listing::of(
            $client,
            $crate::resource::resource!(@request $operation [$($id)*] []),
            |api| async move { api.$operation($(&$id,)* None, None, None).await },
        )
    };
    (@request $operation:ident [$($id:ident)*] [$($body:ident)?]) => {
        $crate::request::Request::new($crate::resource::resource!(@find $operation), &[$(&$id),*])$(.json($body))?
    };
    (@find $operation:ident) => {
        const { $crate::resource::operation(stringify!($operation)) }
    };
}

pub(crate) use resource;
