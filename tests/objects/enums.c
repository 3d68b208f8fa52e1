/* Signs of enums: each line says in a comment what a reader must see. */
enum verdict { V_OK, V_DROP, V_ANY = 0xffffffff }; /* unsigned: 4294967295 with clang 15 and newer */
enum error { E_NONE, E_AGAIN = -11 };		   /* signed, whatever the compiler */
struct event {
	enum verdict verdict;
	enum error error;
};
struct event *unused_event __attribute__((unused));
